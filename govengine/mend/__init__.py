"""The smallest edits of a spec that make its rules pass: derived from conditions, offered once judged."""

from govengine.mend.search import Edit, Mended, Mending

__all__ = ["Edit", "Mended", "Mending"]
