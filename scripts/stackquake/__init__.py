"""The command `quake`: builds, runs, tests and fuzzes; the programs that it builds do the work."""
