"""What can be said about a mistake, as data."""

from govengine.diagnostics.diagnostic import Diagnostic, Label, Level, Place, Span
from govengine.diagnostics.suggest import nearest

__all__ = ["Diagnostic", "Label", "Level", "Place", "Span", "nearest"]
