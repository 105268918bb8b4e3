"""The store's tests: on SQLite and on PostgreSQL alike."""
