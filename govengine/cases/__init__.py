"""Cases: policies tried on small products, written in Markdown beside them."""
