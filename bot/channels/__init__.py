"""The doors: each channel turns its own updates into Inbound and hands out what the outbox gives it."""
