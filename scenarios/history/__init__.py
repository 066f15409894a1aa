"""Order histories: from a file of orders to clean orders, customers, and the segments that they fall into."""
