"""A scenario from an order history: what the orders say is fitted, what they cannot say is a marked assumption."""
