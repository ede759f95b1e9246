"""lark's parse tree of a rule → our syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govengine.diagnostics.codes import syntax as codes
from govengine.language import syntax
from govengine.language.build_expression import BuildError
from govengine.language.literals import LiteralError, date_value, unescape
from govengine.language.templates import TemplateError, pieces

if TYPE_CHECKING:
    from govengine.language.build_declaration import DeclarationBuilder
    from govengine.language.expression import Expr


class RuleBuilder:
    """Builds one rule; shares names, texts and the list of mistakes with the builder of its file."""

    def __init__(self, declarations: DeclarationBuilder) -> None:
        self._shared = declarations

    def build(self, tree: Any) -> syntax.Rule:
        """The rule; a clause that cannot be read is left out and its mistake kept."""
        name, title, *clauses = tree.children
        shared, block = self._shared, f"`rule {name}`"

        def once(kind: str) -> Any:
            return shared.once(clauses, kind, block)

        severity, dimension, when, on = once("severity"), once("dimension"), once("when"), once("on")
        enforce, for_each, finding, fix = once("enforce"), once("for_each"), once("finding"), once("fix")
        evidence = [
            shared.attempt(self._require if t.data == "require" else self._expect, t)
            for t in clauses
            if t.data in ("require", "expect")
        ]
        return syntax.Rule(
            name=shared.kebab(name, "rules"),
            title=shared.text(title),
            severity=severity and shared.name(severity.children[0]),
            enforce=enforce and shared.attempt(lambda: self._enforce(enforce)),
            controls=tuple(self._control(t) for t in clauses if t.data == "control"),
            dimension=dimension and shared.name(dimension.children[0]),
            when=when and shared.attempt(lambda: shared.expressions.build(when.children[0])),
            for_each=for_each and shared.attempt(lambda: self._for_each(for_each)),
            on=on and self._on(on),
            evidence=tuple(e for e in evidence if e is not None),
            because=shared.once_text(clauses, "because", block),
            finding=finding and shared.attempt(lambda: self._template(finding.children[0])),
            fix=fix and shared.attempt(lambda: self._template(fix.children[0])),
            span=shared.span(tree),
        )

    def _enforce(self, tree: Any) -> syntax.Enforce:
        level, start = tree.children
        day = None
        if start is not None:
            token = start.children[0]
            try:
                day = date_value(str(token))
            except LiteralError as error:
                raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
        return syntax.Enforce(self._shared.name(level), day, self._shared.span(tree))

    def _control(self, tree: Any) -> syntax.ControlReference:
        framework, identifier = tree.children
        shared = self._shared
        return syntax.ControlReference(shared.name(framework), shared.text(identifier), shared.span(tree))

    def _for_each(self, tree: Any) -> syntax.ForEach:
        variable, listed, where = tree.children
        build = self._shared.expressions.build
        return syntax.ForEach(
            self._shared.snake(variable, "variables"),
            build(listed),
            None if where is None else build(where.children[0]),
            self._shared.span(tree),
        )

    def _on(self, tree: Any) -> syntax.On:
        product, _, dataset = str(tree.children[0]).partition(".")
        return syntax.On(product, dataset, self._shared.span(tree.children[0]))

    def _require(self, tree: Any) -> syntax.Require:
        condition = tree.children[0]
        return syntax.Require(
            self._shared.expressions.build(condition), self._written(condition), self._shared.span(tree)
        )

    def _expect(self, tree: Any) -> syntax.Expect:
        body = tree.children[0]
        children = list(body.children)
        columns: tuple[syntax.Column, ...] = ()
        predicate = target = where = threshold = None
        for child in children:
            kind = getattr(child, "data", None)
            if child is None:
                continue
            if kind is None:
                predicate = self._sql(child)
            elif kind == "columns":
                columns = tuple(self._column(c.children[0]) for c in child.children)
            elif kind == "target":
                target = self._target(child)
            elif kind == "target_where":
                where = self._sql(child.children[0])
            elif kind == "threshold":
                threshold = self._threshold(child)
        return syntax.Expect(
            kind=body.data.replace("_", " "),
            columns=columns,
            predicate=predicate,
            target=target,
            where=where,
            threshold=threshold,
            text=self._written(body),
            span=self._shared.span(tree),
        )

    def _column(self, node: Any) -> syntax.Column:
        shared = self._shared
        if getattr(node, "data", None) == "interpolation":
            return syntax.Column(shared.expressions.build(node.children[0]), shared.span(node))
        text = str(node)
        return syntax.Column(shared.text(node).text if text[0] in "\"'" else text, shared.span(node))

    def _target(self, tree: Any) -> syntax.Target:
        where, *columns = tree.children
        product, dot, dataset = str(where).partition(".")
        names = []
        for column in columns:
            token = column.children[0]
            text = str(token)
            plain = self._shared.text(token).text if text[0] in "\"'" else text
            names.append(syntax.Name(plain, self._shared.span(token)))
        return syntax.Target(product if dot else None, dataset or product, tuple(names), self._shared.span(tree))

    def _threshold(self, tree: Any) -> syntax.Threshold:
        value, floor = tree.children
        from govengine.model.quantity import parse_percent

        return syntax.Threshold(
            self._shared.expressions.build(value),
            None if floor is None else parse_percent(str(floor.children[0])),
            self._shared.span(tree),
        )

    def _sql(self, token: Any) -> syntax.SqlText:
        start = (token.start_pos or 0) + 1
        found = self._pieces(str(token)[1:-1], start)
        return syntax.SqlText(
            tuple(piece for _, piece in found), tuple(offset for offset, _ in found), self._shared.span(token)
        )

    def _template(self, token: Any) -> syntax.Template:
        start = (token.start_pos or 0) + 1
        found = self._pieces(str(token)[1:-1], start)
        try:
            texts = tuple(unescape(piece) if isinstance(piece, str) else piece for _, piece in found)
        except LiteralError as error:
            raise BuildError(codes.bad_literal(str(token), self._shared.span(token), str(error))) from error
        return syntax.Template(texts, self._shared.span(token))

    def _pieces(self, text: str, start: int) -> list[tuple[int, str | Expr]]:
        try:
            return [
                (start + offset, self._shared.parse_condition(start + offset, start + offset + len(piece)))
                if is_expression
                else (start + offset, piece)
                for is_expression, offset, piece in pieces(text)
            ]
        except TemplateError as error:
            at = start + error.offset
            raise BuildError(
                codes.bad_literal(
                    "}" if "`}`" in str(error)[:4] else "{", self._shared.source.span(at, at + 1), str(error)
                )
            ) from error

    def _written(self, tree: Any) -> str:
        """The text of a clause as its author wrote it, on one line."""
        return " ".join(self._shared.source.text[tree.meta.start_pos : tree.meta.end_pos].split())
