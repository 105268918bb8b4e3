"""Text by key and language, with its place-holders filled."""
