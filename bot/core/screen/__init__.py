"""Free text to red-flag signals: every language at once, and a hit only ever raises (clinical brief, section 6)."""
