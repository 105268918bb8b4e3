"""Tests of the simulation: it repeats itself, the product keeps its promises, and planted bugs are found."""
