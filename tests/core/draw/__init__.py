"""Tests of the picture of a script."""
