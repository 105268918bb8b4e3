"""The tests of the checker: every rule of it with a script that breaks it, and one that keeps it."""
