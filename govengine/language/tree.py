"""Lark's parse trees, as the builders take them."""

from __future__ import annotations

from typing import Any, TypeAlias

Node: TypeAlias = Any
"""A tree, a token, or None where an optional piece is left out.

The grammar, and not a type, says which of them a child is; lark's own types know no more than that it is one of them.
What builders make of a node is typed, and a builder that takes the wrong child fails on the first file that has one.
"""
