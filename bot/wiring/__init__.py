"""The one place that builds things, reads the clock and makes ids."""
