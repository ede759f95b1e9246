"""A case written into a folder as a mesh, and the way back: which line of the case file a place there comes from."""

from __future__ import annotations

import re
import shutil
from functools import cache
from typing import TYPE_CHECKING

import yaml

from govengine.cases.changes import ChangeError, changed
from govengine.cases.markdown import Case, CaseError, FencedBlock
from govengine.diagnostics import Place
from govengine.run.schemas import schemas
from govengine.sources.inputs import Inputs
from govengine.sources.mesh import MESH_FILE, find_root, read_mesh

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

POLICIES = "policies"
PRODUCT = "product-of-the-case.yaml"
# Not by a YAML parser: a product may hold what only our own reader takes.
_DOMAIN = re.compile(r"^(?:metadata:.*?[{,]|)[ ]+domain:[ ]*[\"']?([A-Za-z0-9-]+)", re.MULTILINE)


class Layout:
    """The mesh of one case in a folder."""

    def __init__(self, case: Case, policies: Path | None, root: Path) -> None:
        """Write the mesh of a case into `root`, an empty folder.

        Args:
            case: what to write.
            policies: the layer folder that judges it; not used where the case has policies of its own.
            root: the mesh's root.

        Raises:
            CaseError: there is no product, changes do not fit, a path leads out of the mesh.

        """
        given = case.given
        if given.product is None:
            raise CaseError(case.file, case.line, "the case has no product", "give it a `yaml product` block")
        if policies is None and not given.policies:
            raise CaseError(
                case.file, case.line, "there are no policies to judge it by",
                "move the file below a folder that holds `global/`, or give the case a `gov PATH` block",
            )  # fmt: skip
        self._case = case
        self.domain = _domain(given.product.text)
        self.product = f"products/{self.domain}/{PRODUCT}"
        self._blocks = {**given.files, **given.policies}
        if policies is not None and not given.policies:
            link_policies(policies, root)
        if given.mesh is None:
            others = () if given.policies or policies is None else domains_of(policies)
            write_mesh(root, self.domain, others, {} if policies is None else words_of(policies))
        else:
            self._blocks[MESH_FILE] = given.mesh
        if not given.changes:  # changed, a product is written anew, with other lines
            self._blocks[self.product] = given.product
        self._write(root, self.product, FencedBlock(self._changed(given.product), given.product.line))
        for name, block in self._blocks.items():
            self._write(root, name, block)

    def place(self, place: Place) -> Place:
        """Where in the case file a place of the mesh was written; itself for what did not come from there."""
        block = self._blocks.get(place.file)
        if block is None:
            return place
        return Place(self._case.file, block.line if block.made else block.line + place.line, place.column)

    def _changed(self, product: FencedBlock) -> str:
        blocks = self._case.given.changes
        if not blocks:
            return product.text
        try:
            return changed(product.text, [block.text for block in blocks])
        except ChangeError as error:
            line = blocks[error.block].line + error.line if error.line else product.line
            raise CaseError(self._case.file, line, error.why, error.repair) from error

    def _write(self, root: Path, name: str, block: FencedBlock) -> None:
        path = root / name
        if name.endswith("/"):
            raise CaseError(self._case.file, block.line, f"`{name}` is a folder", "name a file in it")
        try:
            # Policies are a link to the author's own: nothing may be written through it.
            if not path.resolve().is_relative_to(root.resolve()):
                raise CaseError(
                    self._case.file, block.line, f"`{name}` leads out of the case's mesh",
                    "give a path below the mesh's root, such as `data/cards.csv`",
                )  # fmt: skip
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8", newline="")
        except (OSError, ValueError) as error:
            raise CaseError(
                self._case.file, block.line, f"`{name}` cannot be written", "give it another path"
            ) from error


def write_mesh(
    root: Path, domain: str | None, others: Iterable[str], words: Mapping[str, list[str]] | None = None
) -> None:
    """Write a `govengine.yaml` in which the domain owns `products/DOMAIN`, and the others have no products.

    `words` are those that the council adds to closed lists.
    The others are there so that all cases are judged by one and the same set of policies, which is compiled once.
    """
    domains = {
        name: {
            "products": [f"products/{name}"] if name == domain else [],
            "owner": f"{name}@company.com",
            "stewards": [f"{name}-steward@company.com"],
        }
        for name in sorted({*([domain] if domain else []), *others})
    }
    (root / MESH_FILE).write_text(
        yaml.safe_dump({"mesh": "cases", "domains": domains} | ({"words": dict(words)} if words else {})),
        encoding="utf-8",
    )


@cache
def words_of(policies: Path) -> Mapping[str, list[str]]:
    """The words that the council adds in the mesh that a folder of policies stands in; none where it is in none."""
    root = find_root(policies)
    mesh = read_mesh(Inputs(root), schemas().mesh)[0] if root is not None else None
    return {} if mesh is None else mesh.own_words


def domains_of(policies: Path) -> list[str]:
    """The domains that have a folder of policies, sorted."""
    below = policies / "domains"
    return (
        sorted(p.name for p in below.iterdir() if p.is_dir() and not p.name.startswith(".")) if below.is_dir() else []
    )


def link_policies(policies: Path, root: Path) -> None:
    """Make the policies stand below `root`, by a link where the system allows one.

    Their paths from the root are the same in every case, so that the kept compilation is found again.
    """
    try:
        (root / POLICIES).symlink_to(policies.resolve(), target_is_directory=True)
    except OSError:
        for path in policies.rglob("*.gov"):
            copy = root / POLICIES / path.relative_to(policies)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _domain(product: str) -> str:
    found = _DOMAIN.search(product)
    return found[1] if found else "domain"
