"""The reference engine: SimPy, one process per order, written to be read."""
