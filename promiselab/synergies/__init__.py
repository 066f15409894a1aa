"""``promiselab synergies``: the question, its answer as data and in words, and its page."""
