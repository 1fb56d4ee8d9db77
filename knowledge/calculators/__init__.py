"""Calculators: from one date of hers and the dated parameters to the date she asks for, or to what is missing."""
