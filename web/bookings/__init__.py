"""Reception days and the calls that are owed."""
