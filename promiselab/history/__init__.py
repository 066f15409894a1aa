"""Order histories as the command reads and shows them."""
