"""The tests of Aftercare: they mirror `bot/` room for room."""
