"""What a script says: its frozen model, the reading of its files, and the conditions it may use."""
