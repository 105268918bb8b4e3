"""Alerts: who hears of one, when the next person is called, and why an open alert never runs out of steps."""
