"""Policies of a mesh, as people list them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy or overlay with the addresses of its rules, in the order of the text.

    `layer` is "global" or a domain; `owner` is "" if none is named.
    """

    name: str
    title: str
    layer: str
    owner: str
    rules: tuple[str, ...]
