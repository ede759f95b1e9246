"""The public API: what `import govengine` gives, and all that the command line is made of."""
