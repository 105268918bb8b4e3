"""The ladder, its policy and cover."""
