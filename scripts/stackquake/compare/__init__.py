"""Comparisons of designs: right or wrong, how soon that is found, and what it costs."""
