"""What time makes happen, in order, and the one job that makes it happen."""
