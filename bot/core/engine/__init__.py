"""What happens: one pure step from a run and an input to the next run and its events."""
