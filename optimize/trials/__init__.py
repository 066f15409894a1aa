"""What the simulation says of what was estimated: of offerings, and of how many people a design needs."""
