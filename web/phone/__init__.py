"""The 12338 desk: what the person who answers the telephone has before her."""
