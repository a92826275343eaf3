"""How a plan is repaired: what stands in whose way, what must move at least, and what is freed to make room."""
