"""The compiled engine: the same life of an order as in ``docs/model.md``, as arrays and one loop over events."""
