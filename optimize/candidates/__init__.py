"""The candidates: the columns worth choosing, as a selection with everything that limits it."""
