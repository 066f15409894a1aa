"""Synergies: segments whose demand complements each other, and the people that sharing a team saves."""
