"""The selection: one column per segment within limits, as plain arrays that know of no scenario and no solver."""
