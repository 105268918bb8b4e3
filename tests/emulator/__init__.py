"""Tests of the emulated Telegram: the real python-telegram-bot and plain HTTP against it, on loopback."""
