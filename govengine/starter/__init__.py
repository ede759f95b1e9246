"""The files that `govengine init` writes: a mesh of one domain and one product, which passes."""
