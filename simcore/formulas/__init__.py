"""Closed forms and exact chains used to set stock, size staff and judge the simulation."""
