"""Deterministic simulation: the unchanged product under faults, on a virtual clock, the same for the same seed."""
