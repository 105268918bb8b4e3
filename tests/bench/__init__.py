"""Benchmarks: the product beside its peers in one run, over the same emulator (`python -m tests.bench`)."""
