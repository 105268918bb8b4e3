"""Tests of random patients."""
