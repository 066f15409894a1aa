"""How it is used: the public API, the command, run folders, comparison, reports."""
