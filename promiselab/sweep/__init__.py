"""Sweeps: many what-ifs under common random numbers, cached by content, resumable, with one verdict over all."""
