"""Makes the example mesh's data: the same bytes on every run, with defects planted and counted."""
