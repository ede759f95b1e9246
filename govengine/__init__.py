"""govengine: policy as code for federated data governance."""

__version__ = "0.1.0"
LANGUAGE_VERSION = "0.1"
"""Version of the rule language, apart from the package's."""
