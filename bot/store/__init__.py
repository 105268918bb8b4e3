"""The store: tables, units of work, sealed columns, and the queues that live in the database."""
