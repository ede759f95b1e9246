"""One run: what it is asked for, its steps, its rows."""
