"""The kinds of `expect`: a file each, with its record in `EXPECTATION`."""
