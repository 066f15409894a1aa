"""What an order meets on its way, as estimated: stock, work, waits, refusals, and whether its promise is kept."""
