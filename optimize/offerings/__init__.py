"""What may be offered: a column is a segment with an offering that it may get, and what its options set."""
