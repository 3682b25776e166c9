"""Running programs: in sessions of their own, within limits, and none outlives its use."""
