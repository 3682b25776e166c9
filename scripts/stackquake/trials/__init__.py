"""Trials: how soon the mutators find defects and mutants."""
