"""Campaigns of libFuzzer processes on the reference runtime."""
