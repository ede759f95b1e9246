"""Locations of specs: what a pattern matches is read, all of it, or the dataset is not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govengine.sources.locations import Unresolved, locate


def _made(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("id\n1\n", encoding="utf-8")


def _names(location: str, root: Path) -> list[str]:
    return list(locate(location, root, [root.resolve()]).names)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("d/*.csv", ["d/a.csv", "d/b[1].csv", "d/b1.csv", "d/_c.csv", "d/.d.csv"]),
        ("d/b[1].csv", ["d/b[1].csv"]),
        ("d/b?.csv", []),
        ("d/{a,b1}.csv", []),
        ("d/[ab]*.csv", []),
        ("[p]/*.csv", ["[p]/a.csv"]),
        ("*/a.csv", ["[p]/a.csv", "d/a.csv"]),
        ("**/a.csv", ["[p]/a.csv", "d/a.csv", "d/y=1/m=2/a.csv"]),
        ("d/y=*/**/*.csv", ["d/y=1/m=2/a.csv"]),
        ("d/y=1/**", ["d/y=1/m=2/a.csv"]),
        ("d/*=1", ["d/y=1/m=2/a.csv"]),
        ("./d//a.csv", ["d/a.csv"]),
        ("d/A.csv", []),
    ],
)
def test_only_asterisks_are_patterns(location: str, expected: list[str], tmp_path: Path) -> None:
    _made(tmp_path, "d/a.csv", "d/b1.csv", "d/b[1].csv", "d/_c.csv", "d/.d.csv", "[p]/a.csv", "d/y=1/m=2/a.csv")
    if expected:
        assert _names(location, tmp_path) == sorted(expected)
    else:
        with pytest.raises(Unresolved, match=r"no file matches|no such file"):
            locate(location, tmp_path, [tmp_path.resolve()])


def _folder(path: Path) -> None:
    path.mkdir()


def _dead_link(path: Path) -> None:
    path.symlink_to(path.parent / "gone")


def _link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def _socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # the name of a socket may be no longer than a hundred letters or so
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


ODD = {"folder": _folder, "dead link": _dead_link, "loop": _link_to_itself, "pipe": os.mkfifo, "socket": _socket}


@pytest.mark.parametrize("location", ["d/*.csv", "d/x.csv", "**/*.csv", "*/x.csv"])
@pytest.mark.parametrize("odd", ODD)
def test_what_is_not_a_file_is_not_left_out(odd: str, location: str, tmp_path: Path) -> None:
    _made(tmp_path, "d/a.csv", "e/x.csv")
    ODD[odd](tmp_path / "d" / "x.csv")
    with pytest.raises(Unresolved) as refused:
        locate(location, tmp_path, [tmp_path.resolve()])
    assert str(refused.value)
    assert refused.value.help_


@pytest.mark.parametrize("location", ["*/t.csv", "d/*/t.csv", "d/**/t.csv"])
def test_a_folder_behind_a_dead_link_may_hold_files(location: str, tmp_path: Path) -> None:
    _made(tmp_path, "d/a/t.csv", "t/t.csv")
    (tmp_path / ("lost" if location.startswith("*") else "d/lost")).symlink_to(tmp_path / "gone")
    with pytest.raises(Unresolved, match="leads nowhere"):
        locate(location, tmp_path, [tmp_path.resolve()])


def test_folders_that_lead_back_are_refused(tmp_path: Path) -> None:
    _made(tmp_path, "d/a.csv")
    (tmp_path / "d" / "again").symlink_to(tmp_path / "d")
    with pytest.raises(Unresolved, match="leads back"):
        locate("**/*.csv", tmp_path, [tmp_path.resolve()])


def test_linked_folders_are_read(tmp_path: Path) -> None:
    """They hold data as others do; a glob of a shell or of Python passes over them."""
    _made(tmp_path, "d/a.csv", "e/b.csv")
    (tmp_path / "d" / "more").symlink_to(tmp_path / "e")
    assert _names("d/**/*.csv", tmp_path) == ["d/a.csv", "d/more/b.csv"]


def test_marker_files_are_told_and_nothing_else_is_passed_over(tmp_path: Path) -> None:
    _made(tmp_path, "d/part-0", "d/_SUCCESS", "d/.part-0.crc", "d/_started_17", "d/_part-1", "d/.part-2")
    located = locate("d/*", tmp_path, [tmp_path.resolve()])
    assert located.names == ("d/.part-2", "d/_part-1", "d/part-0")
    assert located.markers == ("d/.part-0.crc", "d/_SUCCESS", "d/_started_17")


def test_a_write_that_has_not_finished_is_refused(tmp_path: Path) -> None:
    _made(tmp_path, "d/a.csv", "d/_temporary/0/b.csv")
    with pytest.raises(Unresolved, match="did not finish"):
        locate("d/**/*.csv", tmp_path, [tmp_path.resolve()])


@pytest.mark.parametrize("location", ["/etc/hostname", "../x.csv", "d/../../x.csv", "d/link.csv", "d/*.csv"])
def test_what_lies_outside_is_refused(location: str, tmp_path: Path) -> None:
    root = tmp_path / "mesh"
    _made(tmp_path, "x.csv", "mesh/d/a.csv")
    (root / "d" / "link.csv").symlink_to(tmp_path / "x.csv")
    with pytest.raises(Unresolved) as refused:
        locate(location, root, [root.resolve()])
    assert refused.value.outside


_NAMES = st.text(st.sampled_from("ab[]?{}!^-1.é "), min_size=1, max_size=6).filter(lambda name: name.strip(". "))


@settings(max_examples=60, deadline=None)
@given(names=st.sets(_NAMES, min_size=1, max_size=5), data=st.data())
def test_a_name_without_asterisk_names_itself_alone(
    tmp_path_factory: pytest.TempPathFactory, names: set[str], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("mesh")
    _made(root, *names)
    name = data.draw(st.sampled_from(sorted(names)))
    assert _names(name, root) == [name]
    assert len(_names("*", root)) == len(names)
