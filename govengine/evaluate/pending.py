"""A data part whose figures are not there yet, and the part that they make of it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from govengine.diagnostics.counted import plural
from govengine.expectations import sampling
from govengine.expectations.measure import Check, Measurement, NoMeasurement, Question, Threshold
from govengine.model.reasons import Reason
from govengine.model.verdict import ASSURANCES, Part

if TYPE_CHECKING:
    from govengine.diagnostics import Place
    from govengine.model.verdict import Assurance, Disposition, Outcome

HANDED = "handed by the caller"


@dataclass(frozen=True, slots=True)
class OpenCheck:
    """A part of a clause, `expect` or `keep`, that waits for the answer to its check."""

    asked: Question
    element: str | None
    threshold: Threshold
    undeclared_promise: Reason | None
    text: str
    place: Place
    source: Place
    """Where the dataset is declared: what to mend when its rows cannot be read."""
    clause: str = "expect"

    @property
    def check(self) -> Check:
        """What is asked of the rows."""
        return self.asked.check

    def risk(self, *, promised: bool) -> Decimal:
        """The chance, at most, that a claim made of it from a sample is wrong.

        Of one threshold either claim can be wrong, and not both; where a promise judges it again, each way once,
        however many promises there are. What is seen to fail where nothing may leaves nothing to chance.
        """
        if self.check.one_way:
            return Decimal(0)
        certain = self.threshold.percent in (0, 100)
        return self.check.risk * ((0 if certain else 1) + (1 if promised else 0))

    @property
    def outcome(self) -> None:
        """None: it is open."""
        return


def settle(open_: OpenCheck, measured: Measurement | NoMeasurement) -> Part:
    """The part that a measurement makes of an open one."""
    evidence: dict[str, object] = {"expectation" if open_.clause == "expect" else "condition": open_.text}
    if open_.clause == "expect":
        evidence["threshold"] = open_.threshold.text
    if isinstance(measured, NoMeasurement):
        outcome: Outcome = "error" if measured.broken else "unknown"
        cause = None if measured.broken else measured.why
        return Part(open_.clause, open_.element, outcome, None, measured.reason, open_.place, evidence, cause)
    evidence |= {
        "population": measured.population,
        "tested": measured.tested,
        "failing": measured.failing,
        "rejected": measured.rejected,
    }
    evidence |= open_.asked.evidence(measured)
    assurance: Assurance = "observed"
    if measured.sample is None:
        outcome = open_.asked.decide(measured, open_.threshold)
    elif open_.check.one_way:
        outcome = sampling.decide_one_way(open_.asked, measured, open_.threshold)
        evidence |= sampling.drawn(measured)
        assurance = "sampled"
    else:
        outcome = sampling.decide(measured, open_.threshold, open_.check.risk)
        evidence |= sampling.evidence(measured, open_.check.risk)
        more = sampling.settled_by(measured, open_.threshold, open_.check.risk) if outcome == "unknown" else None
        evidence |= {} if more is None else {"rows_to_settle": more}
        assurance = "sampled"
    if measured.handed is not None:
        evidence["source"] = HANDED
        assurance = min(assurance, measured.handed, key=ASSURANCES.index)
    unsettled = open_.asked.unsettled(measured) if measured.tested else None
    if unsettled is not None:
        return Part(open_.clause, open_.element, "unknown", assurance, unsettled.text, open_.place, evidence, unsettled)
    if measured.traces is not None:
        evidence |= measured.traces.named()
    message = _message(open_, measured, outcome)
    cause, place = _cause(open_, measured, outcome)
    if open_.undeclared_promise is not None and outcome == "pass":
        outcome, message = "unknown", f"{open_.undeclared_promise.text}; at least {open_.threshold.text} hold"
        cause, place = open_.undeclared_promise, open_.place
    disposition: Disposition | None = "open" if outcome == "fail" else None
    return Part(open_.clause, open_.element, outcome, assurance, message, place, evidence, cause, disposition)


def _cause(open_: OpenCheck, measured: Measurement, outcome: Outcome) -> tuple[Reason | None, Place]:
    """What an unknown answer hangs on, and where to mend it."""
    dataset = open_.check.table.rpartition(".")[2]
    if outcome != "unknown":
        return None, open_.place
    if measured.rejected:
        return Reason("rows unread", (plural(measured.rejected, "row"), dataset)), open_.source
    if measured.excusable or measured.doubtful:
        return Reason("other rows unread", (_others(open_),)), open_.place
    if not measured.population:
        return Reason("no rows", (dataset,)), open_.source
    if measured.sample is not None and (measured.tested or open_.check.one_way):
        if open_.check.one_way:
            return sampling.ONE_WAY, open_.place
        if open_.threshold.percent == 100 and not measured.failing:
            return sampling.NOT_ALL, open_.place
        return Reason("sample too small", (dataset,)), open_.place
    return None, open_.place


def _others(open_: OpenCheck) -> str:
    """Other tables that it reads; its own rejected rows are told apart."""
    if open_.asked.unread is not None:
        return ", ".join(f"`{table}`" for table in open_.asked.unread)
    return ", ".join(f"`{table}`" for table, _ in open_.check.parents if table != open_.check.table)


def _message(open_: OpenCheck, measured: Measurement, outcome: Outcome) -> str:
    if measured.tested == 0:
        why = "every value is missing" if measured.sample is None else "every value drawn is missing"
        if not measured.population:
            why = "the dataset is empty"
        elif measured.rejected:
            why = f"{measured.rejected:,} of {measured.population:,} could not be read"
            why += "" if measured.rejected == measured.population else ", and every other value is missing"
        return f"no row can be tested: {why}"
    words = open_.asked.failed(measured) if measured.failing else open_.asked.held(measured)
    if measured.sample is not None:
        words = f"of a sample of {measured.sample.size:,} from {plural(measured.sample.frame, 'row')}, {words}"
    more = "more than" if open_.threshold.strict else "at least"
    asked = open_.threshold.text.lstrip("<>= ")
    words += f"; {more} {asked} must hold" if open_.threshold.percent < 100 else ""
    if measured.rejected:
        words += f"; {measured.rejected:,} more could not be read"
        words += ", and could decide it" if outcome == "unknown" else ""
    others = _others(open_)
    if measured.excusable and measured.doubtful and others and outcome == "unknown":
        words += f"; rows of {others} could not be read, and could change it"
    elif measured.excusable and others and outcome == "unknown":
        words += f"; rows of {others} could not be read, and could hold what is not found"
    elif measured.doubtful and others and outcome == "unknown":
        words += f"; rows of {others} could not be read, and could change it"
    if measured.sample is not None and outcome == "unknown" and open_.check.one_way:
        words += f"; {sampling.ONE_WAY.text}: judge all rows"
    elif measured.sample is not None and outcome == "unknown":
        words += f"; {sampling.undecided(measured, open_.threshold, open_.check.risk)}"
    return words
