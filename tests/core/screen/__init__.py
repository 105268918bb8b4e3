"""Tests of the screen: the tables of the clinical brief, its traps, and text that means harm."""
