"""`grammar.lark` → forms that a person can read: the rules of the grammar with its tokens in words."""

from __future__ import annotations

import re
from importlib.resources import files

_RULE = re.compile(r"^(_?[a-z]\w*): (.+(?:\n[ \t]+\|.+)*)", re.MULTILINE)
_PIECE = re.compile(r'"[^"]*"|[A-Za-z_]\w*|[\[\]()|*+?]')
TOKENS = {
    "NAME": "NAME", "IDENT": "NAME", "STRING_LIT": '"TEXT"', "INT_LIT": "NUMBER", "FLOAT_LIT": "NUMBER",
    "PERCENT": "PERCENT", "DATE": "DATE", "PERIOD": "PERIOD", "TRUTH": "TRUTH", "SQL": "`SQL`",
    "ADDRESS": "ADDRESS", "DATASET": "DATASET", "REFERENCE": "REFERENCE", "expr": "EXPRESSION",
}  # fmt: skip
"""How a token is shown."""
_META = "[]()|*+?"


class Forms:
    """The rules of the grammar by name, each as its author wrote it."""

    def __init__(self) -> None:
        text = files("govengine.language").joinpath("grammar.lark").read_text(encoding="utf-8")
        self.rules = {m[1]: _PIECE.findall(m[2]) for m in _RULE.finditer(text)}
        used = [p for body in self.rules.values() for p in body if p in self.rules]
        self.shared = {
            name for name, body in self.rules.items() if used.count(name) > 1 and (len(body) > 3 or "|" in body)
        }

    def items(self, name: str) -> list[str]:
        """The rules that one lists as its alternatives, those of `_x` written out."""
        found = []
        for piece in self.rules[name]:
            if piece in self.rules:
                found += self.items(piece) if piece.startswith("_") else [piece]
        return found

    def form(self, name: str) -> str:
        """A rule with its tokens in words. Short pieces and those of one place stand there, others are named.

        What stands between the braces of a declaration is left out: `items` lists it.
        """
        text = self._joined(self._words(self.rules[name]))
        return text.partition(" {")[0] + " { … }" if name in self.items("_declaration") or name == "rule" else text

    def pieces(self, names: list[str]) -> list[str]:
        """The named parts that the forms of some rules mention, and those that they mention, in this order."""
        found: list[str] = []
        waiting = list(names)
        while waiting:
            for piece in self._reached(self.rules[waiting.pop(0)]):
                if piece not in found and piece not in names:
                    found.append(piece)
                    waiting.append(piece)
        return found

    def _reached(self, body: list[str]) -> list[str]:
        found = []
        for piece in body:
            if piece in self.rules and piece not in TOKENS:
                found += [piece] if piece in self.shared else self._reached(self.rules[piece])
        return found

    def _words(self, body: list[str]) -> list[str]:
        words: list[str] = []
        for at, piece in enumerate(body):
            if piece[0] == '"':
                sign = piece[1:-1]
                words.append(f"'{sign}'" if sign in _META else sign)
            elif piece in TOKENS:
                words.append(TOKENS[piece])
            elif piece in self.shared:
                words.append(f"<{piece.strip('_').replace('_', ' ')}>")
            elif piece in self.rules:
                inner = self._words(self.rules[piece])
                repeated = body[at + 1 : at + 2] in (["*"], ["+"]) and len(inner) > 1
                words += ["(", *inner, ")"] if repeated or ("|" in inner and len(body) > 1) else inner
            else:
                words.append(piece)
        return words

    @staticmethod
    def _joined(words: list[str]) -> str:
        text = " ".join(words)
        text = re.sub(r"\(\s*NAME \| NAME\s*\)|\bNAME \| NAME\b", "NAME", text)
        text = re.sub(r"\(\s*NUMBER \| NUMBER\s*\)|\bNUMBER \| NUMBER\b", "NUMBER", text)
        text = re.sub(r"(?<!')([\[(]) ", r"\1", text)
        text = re.sub(r" ([\])*+?,:])(?!')", r"\1", text)
        # A choice that was one of two spellings of a name needs no brackets any more.
        return re.sub(r"\((\w+ NAME)\)|\((NAME(?: \(, NAME\)\*)?)\)(?!\*)", lambda m: m[1] or m[2], text)
