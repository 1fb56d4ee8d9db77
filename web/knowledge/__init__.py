"""The knowledge as staff keep it: articles, what was not answered, dated parameters, calculators."""
