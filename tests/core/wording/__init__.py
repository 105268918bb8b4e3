"""Cards, closing words and the catalog."""
