"""Cover: who is called at which step of the ladder at which moment, and whether that holds for the days ahead."""
