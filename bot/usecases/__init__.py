"""What people and time can do: one verb, one module, one transaction."""
