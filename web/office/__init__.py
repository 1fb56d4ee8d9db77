"""Who works here: duty lists and seats. Nothing of any case."""
