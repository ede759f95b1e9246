"""SQL predicates and queries: what may stand in one, and what cannot be meant."""
