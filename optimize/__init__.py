"""What to offer: economics of each offering, the MILP, its explanation."""
