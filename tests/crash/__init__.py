"""Real processes killed at random moments, and a database file whose log is cut: nothing lost, nothing broken."""
