"""The selection as a mixed-integer linear model: its unknowns, its rules, a file each, and its exact answers."""
