"""Random patients: played through the real engine in simulated time, to see what a script does with many of them."""
