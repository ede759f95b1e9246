"""Intermediate form → Python source.

One function a condition, with CEL's meaning of errors: in `&&`, `||`, `all` and `exists` an operand that decides wins
over one that fails, whichever stands first. What cannot fail becomes a plain expression; what can becomes statements.
The source holds names made here, attribute-free calls of `runtime.NAMESPACE`, and constants written by `repr`; an
author's text occurs only inside such constants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from govengine.conditions.function import called
from govengine.conditions.ir import opened
from govengine.conditions.show import show

if TYPE_CHECKING:
    from govengine.conditions.ir import IR, MacroKind

_OPTIONAL_ROOTS = ("columns", "datasets")


class Generator:
    """Writes functions into one module; constants that Python cannot write are numbered in `quantities`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.quantities: list[tuple[str, str]] = []
        self._numbered: dict[tuple[str, str], int] = {}
        self._called: set[str] = set()

    def function(self, name: str, ir: IR, variable: str | None = None) -> None:
        """Write `def name(R, S[, x])`: R the roots by name, S the settings by address, x the `for each` variable.

        The function returns the condition's value, or raises a `ConditionError`.
        """
        writer = _Writer(self)
        names = {}
        parameters = "R, S"
        if variable is not None:
            names[variable] = "x"
            parameters += ", x"
        result = writer.value(ir, names)
        self.lines.append(f"def {name}({parameters}):")
        for root in sorted(writer.roots):
            self.lines.append(f" {_local(root)} = R[{root!r}]")
        self.lines.extend(writer.lines)
        self.lines.append(f" return {result}")

    def number(self, kind: str, text: str) -> int:
        """The index of a quantity among the constants."""
        key = (kind, text)
        if key not in self._numbered:
            self._numbered[key] = len(self.quantities)
            self.quantities.append(key)
        return self._numbered[key]

    def call(self, name: str) -> tuple[str, ...]:
        """Have a function of CEL at hand; gives the roots that it takes behind its arguments."""
        self._called.add(name)
        return called(name).roots

    @property
    def source(self) -> str:
        """The module: the functions of CEL that it calls, then its own."""
        at_hand = [f"c_{name} = F({name!r})" for name in sorted(self._called)]
        return "\n".join([*at_hand, *self.lines]) + "\n"


class _Writer:
    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self.lines: list[str] = []
        self.roots: set[str] = set()
        self._indent = 1
        self._count = 0
        self._negated = False

    def _emit(self, line: str) -> None:
        self.lines.append(" " * self._indent + line)

    def _fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def value(self, ir: IR, names: dict[str, str]) -> str:
        """A Python expression for the value, after the statements that it needs."""
        match opened(ir):
            case ("k", value):
                return repr(value)
            case ("q", kind, text):
                return f"Q[{self._generator.number(kind, text)}]"
            case ("var", name):
                return self._variable(name, names)
            case ("root", name):
                return self._variable(name, {})
            case ("setting", address):
                return f"S[{address!r}]"
            case ("sel", base, field, required):
                return self._select(ir, base, field, required, names)
            case ("idx", base, key):
                result = self._fresh("t")
                left, right = self._operands((base, key), names)
                self._emit(f"{result} = _index({left}, {right}, {show(ir)!r})")
                return result
            case ("has", base, field):
                return self._has(base, field, names)
            case ("and", operands):
                return self._logic(operands, "and", names)
            case ("or", operands):
                return self._logic(operands, "or", names)
            case ("not", operand):
                self._negated = not self._negated
                held = self.value(operand, names)
                self._negated = not self._negated
                return f"(not {held})"
            case ("is", kind, operand):
                return f"{'_truth' if kind == 'bool' else '_items'}({self.value(operand, names)})"
            case ("neg", operand):
                return f"_neg({self.value(operand, names)})"
            case ("cmp", operator, left, right, family):
                a, b = self._operands((left, right), names)
                if family in ("number", "text") or (family == "numbers" and _exact(left, right)):
                    return f"({a} {operator} {b})"
                return f"_compare({operator!r}, {a}, {b})"
            case ("eq", left, right, family, negated):
                a, b = self._operands((left, right), names)
                inline = family in ("number", "text") or (family == "numbers" and _exact(left, right))
                test = f"({a} == {b})" if inline else f"_equal({a}, {b})"
                return f"(not {test})" if negated else test
            case ("in", left, right):
                return self._membership(left, right, names)
            case ("math", operator, left, right, family):
                function = "_double_math" if family == "double" else "_math"
                return f"{function}({operator!r}, {', '.join(self._operands((left, right), names))})"
            case ("if", condition, yes, no):
                return self._conditional(condition, yes, no, names)
            case ("list", items):
                return f"[{', '.join(self._operands(items, names))}]"
            case ("map", entries):
                written = self._operands(tuple(part for entry in entries for part in entry), names)
                return f"_map([{', '.join(map('({}, {})'.format, written[::2], written[1::2]))}])"
            case ("macro", kind, ranged, variable, body):
                return self._macro(kind, ranged, variable, body, names)
            case ("call", name, args):
                roots = self._generator.call(name)
                self.roots.update(roots)
                return f"c_{name}({', '.join([*self._operands(args, names), *map(_local, roots)])})"
            case ("level", argument, selection):
                return self._level(argument, selection, names)
            case ("need", what, _):
                return f"_need({what!r})"
            case _ as other:
                assert_never(other)

    def _operands(self, irs: tuple[IR, ...], names: dict[str, str]) -> list[str]:
        """Python expressions for several values, evaluated from left to right.

        The statements of a later one run before the expressions of all; so what may fail in an earlier one gets a
        name before them, that of two errors the first one counts.
        """
        written: list[str] = []
        for ir in irs:
            before = len(self.lines)
            written.append(self.value(ir, names))
            if len(self.lines) == before:
                continue
            for i, earlier in enumerate(irs[: len(written) - 1]):
                if self._fails(earlier) and not written[i].isidentifier():
                    name = self._fresh("t")
                    self.lines.insert(before, " " * self._indent + f"{name} = {written[i]}")
                    written[i], before = name, before + 1
        return written

    def _variable(self, name: str, names: dict[str, str]) -> str:
        if name in names:
            return names[name]
        self.roots.add(name)
        if name in _OPTIONAL_ROOTS:
            self._emit(f"if {_local(name)} is M: raise U({name!r})")
        return _local(name)

    def _select(self, ir: IR, base: IR, field: str, required: bool | None, names: dict[str, str]) -> str:
        held = self.value(base, names)
        if required:
            return f"{held}[{field!r}]"
        result = self._fresh("t")
        if required is None:  # the base may be anything
            self._emit(f"{result} = _select({held}, {field!r}, {show(ir)!r})")
        else:
            self._emit(f"{result} = {held}.get({field!r}, M)")
            self._emit(f"if {result} is M: raise U({show(ir)!r})")
        return result

    def _has(self, base: IR, field: str, names: dict[str, str]) -> str:
        node = opened(base)
        if node[0] == "var" and node[1] in _OPTIONAL_ROOTS and node[1] not in names:
            self.roots.add(node[1])
            return f"_has({_local(node[1])}, {field!r})"
        if node[0] == "var":
            return f"_has({self._variable(node[1], names)}, {field!r})"
        result = self._fresh("t")
        self._emit("try:")
        self._indent += 1
        held = self.value(base, names)
        self._emit(f"{result} = _has({held}, {field!r})")
        self._indent -= 1
        self._emit(f"except U: {result} = False")
        return result

    def _membership(self, left: IR, right: IR, names: dict[str, str]) -> str:
        node = opened(right)
        if node[0] == "list":
            texts = tuple(i[1] for i in map(opened, node[1]) if i[0] == "k" and isinstance(i[1], str))
            if len(texts) == len(node[1]):
                # A text cannot equal anything but a text, so Python's own `in` means the same and is faster.
                return f"({self.value(left, names)} in {texts!r})"
        return f"_in({', '.join(self._operands((left, right), names))})"

    def _fails(self, ir: IR) -> bool:
        """Whether evaluating can raise, so that `&&` and `||` need care."""
        match opened(ir):
            case ("k" | "q" | "setting" | "has", *_):
                return False
            case ("var", name):
                return name in _OPTIONAL_ROOTS
            case ("sel", base, _, required):
                return not required or self._fails(base)
            case ("not", operand):
                return self._fails(operand)
            case ("and" | "or" | "list", operands):
                return any(self._fails(o) for o in operands)
            case ("eq", left, right, _, _) | ("in", left, right):
                return self._fails(left) or self._fails(right)
            case ("cmp", _, left, right, family):
                return family not in ("number", "numbers", "text") or self._fails(left) or self._fails(right)
            case _:
                return True

    def _logic(self, operands: tuple[IR, ...], word: str, names: dict[str, str]) -> str:
        if not any(self._fails(o) for o in operands) and not any(_needs_statements(o) for o in operands):
            return f"({f' {word} '.join(self.value(o, names) for o in operands)})"
        name, decided = self._fresh("f"), "False" if word == "and" else "True"
        self._emit(f"def {name}():")
        self._indent += 1
        self._emit("p = None")
        for operand in operands:
            self._emit("try:")
            self._indent += 1
            held = self.value(operand, names)
            self._emit(f"if {'not ' if word == 'and' else ''}{held}: return {decided}")
            self._indent -= 1
            self._emit(f"except E as e: p = {self._of_two(word == 'and')}(p, e)")
        self._emit("if p is not None: raise p")
        self._emit(f"return {word == 'and'}")
        self._indent -= 1
        result = self._fresh("t")
        self._emit(f"{result} = {name}()")
        return result

    def _of_two(self, conjunction: bool) -> str:
        """Which of two errors counts; see `runtime.milder`."""
        return "_graver" if conjunction is not self._negated else "_milder"

    def _conditional(self, condition: IR, yes: IR, no: IR, names: dict[str, str]) -> str:
        result = self._fresh("t")
        self._emit(f"if {self.value(condition, names)}:")
        for branch, last in ((yes, False), (no, True)):
            self._indent += 1
            self._emit(f"{result} = {self.value(branch, names)}")
            self._indent -= 1
            if not last:
                self._emit("else:")
        return result

    def _level(self, argument: IR, selection: bool, names: dict[str, str]) -> str:
        if not selection or not self._fails(argument):
            return f"_level({self.value(argument, names)}, S['levels'])"
        result = self._fresh("t")
        self._emit("try:")
        self._indent += 1
        self._emit(f"{result} = _level({self.value(argument, names)}, S['levels'])")
        self._indent -= 1
        self._emit(f"except U: {result} = _highest(S['levels'])")
        return result

    def _macro(self, kind: MacroKind, ranged: IR, variable: str, body: IR, names: dict[str, str]) -> str:
        held = self.value(ranged, names)
        function, item = self._fresh("f"), self._fresh("v")
        inner = {**names, variable: item}
        self._emit(f"def {function}():")
        self._indent += 1
        if kind in ("all", "exists"):
            self._emit("p = None")
        elif kind == "exists_one":
            self._emit("n = 0")
        else:
            self._emit("r = []")
        self._emit(f"for {item} in {held}:")
        self._indent += 1
        if kind in ("all", "exists"):
            self._emit("try:")
            self._indent += 1
            test = self.value(body, inner)
            self._emit(f"if not {test}: return False" if kind == "all" else f"if {test}: return True")
            self._indent -= 1
            self._emit(f"except E as e: p = {self._of_two(kind == 'all')}(p, e)")
        elif kind == "exists_one":
            self._emit(f"if {self.value(body, inner)}: n += 1")
        elif kind == "filter":
            self._emit(f"if {self.value(body, inner)}: r.append({item})")
        else:
            self._emit(f"r.append({self.value(body, inner)})")
        self._indent -= 1
        if kind in ("all", "exists"):
            self._emit(f"try: _closed({held})")
            self._emit(f"except E as e: p = {self._of_two(kind == 'all')}(p, e)")
            self._emit("if p is not None: raise p")
            self._emit(f"return {kind == 'all'}")
        else:
            self._emit(f"_closed({held})")
            self._emit("return n == 1" if kind == "exists_one" else "return r")
        self._indent -= 1
        result = self._fresh("t")
        self._emit(f"{result} = {function}()")
        return result


def _local(root: str) -> str:
    """The variable that holds a root: a prefix of ours, so that no root can be mistaken for anything else."""
    if not root.isascii() or not root.isidentifier():
        raise ValueError("a root's name is an identifier")
    return f"r_{root}"


def _exact(*sides: IR) -> bool:
    """Whether one side is a number so small that rounding the other one to a double cannot matter."""
    return any(side[0] == "k" and not isinstance(side[1], str) and abs(side[1]) <= 2**53 for side in map(opened, sides))


def _needs_statements(ir: IR) -> bool:
    """Whether the value takes statements even though it cannot fail."""
    match opened(ir):
        case ("has", base, _):
            return base[0] != "var"
        case ("not", operand):
            return _needs_statements(operand)
        case ("and" | "or" | "list", operands):
            return any(_needs_statements(o) for o in operands)
        case ("eq", left, right, _, _) | ("in", left, right) | ("cmp", _, left, right, _):
            return _needs_statements(left) or _needs_statements(right)
        case ("if" | "macro", *_):
            return True
        case _:
            return False
