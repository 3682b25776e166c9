"""The verbs of `quake`: one file for each, with its options and what it does."""
