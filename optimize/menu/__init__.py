"""Customers who see the menu: which offers to put before them, and what they earn."""
