"""The demo: one person plays patient and clinic in the browser, and moves the clock."""
