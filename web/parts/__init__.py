"""Pieces several staff pages share: frame, alarm bar, news, controls, and the components drawn in the browser."""
