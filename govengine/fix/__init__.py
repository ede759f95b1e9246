"""The smallest edits of a spec that make its rules pass: derived from conditions, offered once judged."""

from govengine.fix.search import Edit, Fixer, Fixes

__all__ = ["Edit", "Fixer", "Fixes"]
