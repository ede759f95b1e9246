"""Detectors: values a second on one core, over a mixture, over clean text and over text that repeats.

    python bench/data/detectors.py [ROWS] [ROUNDS]

Processor time of this process, medians; planning included, loading not.
"""

from __future__ import annotations

import statistics
import sys
import time

import duckdb

from govengine.expectations import looks_like

SIX = ("pan", "iban", "email", "ip-address", "national-id", "phone")
CARDS = ("pan", "track-data")
COLUMNS = {
    # An eighth each: prose, 16 digits in an issuer's range, addresses, accounts, networks, telephones, ids, hashes.
    "mixture, seven in eight with digits": """case i % 8
        when 0 then 'order ' || i || ' shipped to the customer without delay'
        when 1 then cast(4000000000000000 + hash(i) % 1000000000000000 as varchar)
        when 2 then 'user' || i || '@mail.example.com'
        when 3 then 'DE' || lpad(cast(hash(i) % 100000000000000000000 as varchar), 20, '0')
        when 4 then '10.' || i % 256 || '.' || (i // 7) % 256 || '.' || (100 + i % 150)
        when 5 then '+420 777 ' || lpad(cast(i % 1000 as varchar), 3, '0') || ' '
                    || lpad(cast(hash(i) % 1000 as varchar), 3, '0')
        when 6 then cast(hash(i) % 10000000000 as varchar)
        else md5(cast(i as varchar)) end""",
    "clean text, all different": "'order ' || i || ' shipped to the customer without delay'",
    "clean text, a thousand different": "'order ' || i % 1000 || ' shipped to the customer without delay'",
}


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    connection = duckdb.connect(config={"threads": 1})
    print(f"| {rows:,} values | detectors | CPU s | values/s |\n|---|---|--:|--:|")
    for name, cell in COLUMNS.items():
        connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT {cell} AS c FROM range({rows}) AS r(i)")
        for detectors in (SIX, CARDS):
            asked = looks_like.ask("k", "t", "c", "VARCHAR", None, detectors)
            assert asked.check.query is not None
            assert asked.check.refine is not None
            seconds = []
            for _ in range(rounds):
                started = time.process_time()
                screened = connection.execute(asked.check.query).fetchone()
                assert screened is not None
                connection.execute(asked.check.refine(screened)).fetchone()
                seconds.append(time.process_time() - started)
            median = statistics.median(seconds)
            print(f"| {name} | {len(detectors)} | {median:.2f} | {rows / median:,.0f} |")


if __name__ == "__main__":
    main()
