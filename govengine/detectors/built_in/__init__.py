"""The built-in detectors: a file each, with its record in `DETECTOR`."""
