"""Inbox and outbox: the lifecycle of what came in and what goes out, priorities and retry rules."""
