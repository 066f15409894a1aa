"""Segments in order: attractiveness against fit, with the uncertainty of both (the directional policy matrix)."""
