"""Reception days: what can be booked, when, by whom, and what follows."""
