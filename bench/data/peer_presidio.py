"""presidio-analyzer's own recognisers of the six kinds; runs in an environment of its own.

    python peer_presidio.py VALUES ANSWER

VALUES is a list of texts as JSON. Into ANSWER go, for each NLP engine, the seconds of processor time and, by kind, the
places of the values in which it was found. Neither engine needs a model: spaCy's blank tokeniser, and presidio's own
engine that does nothing.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
    UsSsnRecognizer,
)

if TYPE_CHECKING:
    from presidio_analyzer.nlp_engine import NlpEngine

RECOGNISERS = {
    "pan": CreditCardRecognizer,
    "iban": IbanRecognizer,
    "email": EmailRecognizer,
    "ip-address": IpRecognizer,
    "national-id": UsSsnRecognizer,
    "phone": PhoneRecognizer,
}
BATCH = 1000
# The recogniser of e-mail asks this; by itself it would fetch the list of suffixes.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())


class Blank(SpacyNlpEngine):
    """spaCy's tokeniser for English alone."""

    def load(self) -> None:
        self.nlp = {"en": spacy.blank("en")}


def analyse(engine: NlpEngine, values: list[str]) -> dict[str, object]:
    """Look through the values once, after a few of them that do not count."""
    recognisers = {kind: recogniser() for kind, recogniser in RECOGNISERS.items()}
    kinds = {recogniser.supported_entities[0]: kind for kind, recogniser in recognisers.items()}
    registry = RecognizerRegistry(recognizers=list(recognisers.values()))
    batch = BatchAnalyzerEngine(AnalyzerEngine(registry=registry, nlp_engine=engine))
    batch.analyze_iterator(values[:100], "en", batch_size=BATCH)
    begun = time.process_time()
    found = batch.analyze_iterator(values, "en", batch_size=BATCH)
    taken = time.process_time() - begun
    hits: dict[str, list[int]] = {kind: [] for kind in recognisers}
    for place, results in enumerate(found):
        for kind in {kinds[result.entity_type] for result in results}:
            hits[kind].append(place)
    return {"cpu": taken, "hits": hits}


def main() -> None:
    """Analyse."""
    values = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    engines = {
        "spaCy's tokeniser": Blank(),
        "no NLP": NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
    }
    answer = {name: analyse(engine, values) for name, engine in engines.items()}
    Path(sys.argv[2]).write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    main()
