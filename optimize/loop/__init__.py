"""The loop of optimiser and simulation, and its certificate."""
