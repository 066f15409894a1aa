"""The search for the best choice among very many columns: a plan, and a bound that certifies it."""
