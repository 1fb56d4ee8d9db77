"""What the README claims about speed, measured against a peer in the same run."""
