"""A whole night's work: what it does, what it remembers, and what it reports."""
