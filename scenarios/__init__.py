"""What we assume: segments, levers, products, stock, resources; files in and out."""
