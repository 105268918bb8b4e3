"""Timetables and clocks."""
