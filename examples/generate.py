"""Writes the example mesh's data and registers, and the list of planted defects in the README.

    python examples/generate.py               into this folder
    python examples/generate.py --into DIR    data and registers elsewhere, the README left alone

The same version writes the same rows each time; CSV and NDJSON are the same to the byte.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generator import compliance, customer_service, lending, payments, readme, registers  # noqa: E402
from generator.defects import Defect, Defects  # noqa: E402


def generate(root: Path) -> list[Defect]:
    """Write everything under `root` and say what was planted."""
    defects = Defects()
    registers.generate(root / "registers")
    payments.generate(root / "data/payments", defects)
    lending.generate(root / "data/lending", defects)
    customer_service.generate(root / "data/customer-service", defects)
    compliance.generate(root / "data/compliance")
    return defects.planted


def main() -> None:
    """Generate, as the arguments say."""
    arguments = argparse.ArgumentParser(description="Write the example mesh's data.")
    arguments.add_argument("--into", type=Path, help="another folder; the README is left alone then")
    into: Path | None = arguments.parse_args().into
    planted = generate(into or HERE)
    if into is None:
        readme.rewrite(HERE / "README.md", planted)


if __name__ == "__main__":
    main()
