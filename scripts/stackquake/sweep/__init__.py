"""Sweeps: nests with a copy and a collection at each of their safepoints."""
