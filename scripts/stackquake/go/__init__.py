"""Nests on real Go toolchains: `quake go`."""
