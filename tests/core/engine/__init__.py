"""The engine: turns, waits, words, silence."""
