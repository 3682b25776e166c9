"""Engines and services other than `quake fuzz`: programs for them, and what they have found."""
