"""Whether a domain could weaken a rule: proved, or a counter-example that is judged."""
