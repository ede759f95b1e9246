"""What `rules-dsl/reference.md` says of each clause, part and word: what the grammar cannot say of itself."""

from __future__ import annotations

DECLARATIONS = {
    "framework": "a standard or law, with the controls that rules answer to; the council's",
    "policy": "settings, terms and rules of the council; a policy `terms` shares its terms with all",
    "overlay": "what one domain adds, named as the domain: it tightens, and has rules of its own",
    "waiver": "a named exception to one rule, for one product and element, for a time",
    "ruling": "a person's decision on a hit that only a person can settle",
    "conflict": "which of several retention rules holds where they cannot all be met; the council's",
}
ITEMS = {
    "version": "the version, in quotes",
    "control_declaration": "a control; `manual` says who decides it where no rule can",
    "owner": "who answers for it",
    "when": "for which products it holds: true selects, false is `not-applicable`",
    "judges": "one verdict for the mesh instead of one for each product",
    "levels": "the levels of classification, lowest first; once in a mesh",
    "setting": "a value that conditions read as `setting.NAME`, and the direction in which domains may move it",
    "term": "a condition with a name; terms with parameters are called like functions",
    "detector": "what the council's own identifiers look like: `never looks like NAME`, and `govengine scan`",
    "rule": "an obligation: see the clauses of a rule",
    "adopt": "the policy holds for all products of the domain, whatever its `when` says",
    "tighten": "moves a setting, a severity or an enforcement of the council in its direction only",
    "allow": "a ceiling for grants: who may do what on which resources of the domain",
    "waives": "the rule",
    "rules_on": "the rule",
    "of_product": "the product, never a pattern",
    "for_element": "the element; obligatory where the rule says `for each`",
    "finds": "`false-alarm` or `confirmed`",
    "reason": "why",
    "requested": "who asked, and when",
    "approved": "who agreed, and when: another person than who asked",
    "until": "the last day, inclusive",
    "compensating": "the rule that makes up for it; it must apply and pass",
    "ticket": "where it is tracked",
    "signature": "the approver's, as `govengine waivers sign` makes it: then it has force from a domain's folder too",
    "between": "the rules that cannot all be met",
    "decide": "the rule that wins; the first one whose `where` holds",
    "because": "why the rule is",
    "severity": "how grave a failure is; obligatory",
    "enforce": "what a failure does; `mandatory` where nothing is said; before the date, `advisory`",
    "control": "the control that it answers to; may stand several times",
    "dimension": "the dimension of quality that it speaks of",
    "every": "how often it must be judged anew: older evidence is `unknown`",
    "formerly": "the address that it had: its history and waivers go with it",
    "for_each": "judges each element of a list; `where` selects",
    "on": "the dataset whose rows are judged",
    "require": "what the spec, the mesh or a register must say",
    "expect": "what the rows must show: see the kinds of `expect`",
    "keep": "how long the rows of a column are kept",
    "attest": "a signed statement of somebody with a role, in a field, or of each in a list",
    "apart": "duties (terms over one grant) that no identity may combine",
    "finding": "what to say of one failure; `{…}` brings in values",
    "fix": "what to do about a failure; `{…}` brings in values",
}
PARTS = {
    "checksum": "the last digits follow from the others: `luhn`, `mod-11` or `mod-97`",
    "chance": "how often a value has the pattern and is none; without it and a checksum, hits are for a person",
    "means": "the `semantic_type` of a column that holds them",
    "named": "what a column that holds them is called, or a part of its name",
    "value": "a constant, or a list of them",
    "_atom": "a constant",
    "_bound": "one value, or with `by level` one for each level",
    "threshold": "the share of rows that must do: a percentage or a promise of the spec; 100% where nothing is said",
    "columns": "one column or more",
    "column": "a column: bare, in quotes where its name is odd, or brought in",
    "target": "a dataset of another product or a register, and its columns",
    "target_column": "a column there",
    "exception": "a register that lists what is left out",
    "duties": "names of terms",
}
TOKENS = {
    "NAME": "policies, rules, domains: `kebab-case`; settings, terms, variables: `snake_case`",
    '"TEXT"': 'text in quotes, with `\\"` and `\\n`; in `finding` and `fix`, `{…}` is a value and `{{` is a brace',
    "`SQL`": "a predicate over rows in DuckDB's dialect, between backticks; `{…}` brings in a column or a value",
    "NUMBER": "`12`, `0.5`",
    "PERCENT": "`99.9%`",
    "PERIOD": "`7 years`, `18 months`, `2 weeks`, `90 days`, `24 hours`, `30 minutes`, `10 seconds`",
    "DATE": "`2027-03-31`",
    "TRUTH": "`true` or `false`",
    "ADDRESS": "`policy/rule`, `policy/setting`, `domain/product`",
    "DATASET": "`product.dataset`",
    "REFERENCE": "`register.column` or `product.dataset.column`",
    "EXPRESSION": "CEL, see conditions",
}
SETTING_TYPES = {
    "text": '`"at-rest"`', "bool": "`true`", "int": "`12`", "number": "`0.5`", "percent": "`99.9%`",
    "period": "`90 days`", "date": "`2027-03-31`",
}  # fmt: skip
ENFORCEMENTS = {
    "advisory": "reported, changes no product's verdict",
    "mandatory": "a failure makes the product non-compliant unless it is waived",
    "non-waivable": "a failure makes the product non-compliant, and no waiver can be written",
}
OUTCOMES = {
    "fail": "it does not hold, or what is obligatory is not declared",
    "error": "the rule cannot be judged: the rule, the spec or the engine is broken",
    "unknown": "evidence is missing, stale or too little",
    "review": "a person must settle it",
    "pass": "it holds",
    "not-applicable": "the rule does not mean this product, or none of its elements",
    "not-run": "left out of this run (`--no-data`)",
}
ROOTS = {
    "metadata": "`metadata` of the spec",
    "spec": "`spec` of the spec",
    "mesh": "`govengine.yaml`",
    "columns": "columns that the spec declares or the data has",
    "datasets": "datasets that the spec declares or that could be read",
    "as_of": "the day of the audit",
}
MACROS = {
    "all": "whether the condition holds for every element",
    "exists": "whether it holds for one element or more",
    "exists_one": "whether it holds for exactly one",
    "filter": "the elements for which it holds",
    "map": "what the expression gives for each element",
}
OPERATORS = (
    ("`&&` `||` `!`", "and, or, not"),
    ("`==` `!=`", "equal, not equal"),
    ("`<` `<=` `>` `>=`", "numbers, percentages, periods, dates, ranks of levels"),
    ("`in`", "in a list, or a key of a map"),
    ("`+` `-` `*` `/` `%`", "arithmetic; a minus has a space on either side"),
    ("`a ? b : c`", "`b` where `a` is true, else `c`"),
    ('`a.b` `a[0]` `a["b"]`', "a field, an element, an entry"),
    ('`[a, b]` `{"a": b}`', "a list, a map"),
)
FIELD_TYPES = {
    "str": "text", "bool": "true or false", "int": "whole number", "double": "number", "date": "date",
    "period": "period", "bound": "promise", "rate": "rate",
}  # fmt: skip
