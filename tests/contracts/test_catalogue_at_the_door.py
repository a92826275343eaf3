"""`--catalogue` at the door: what the answer owes to the file, bad files told whole, nothing else printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VISITOR = ROOT / "docs" / "how-to" / "files" / "visitor.yaml"
ELEMENTS = str(ROOT / "examples" / "tiangong-eve" / "elements.tle")
STATION = ("--station", "tiangong", "--ship", "visitor", "--as-of", "2026-05-24")
ASKED = {
    "launches": (*STATION, "--site", "kourou", "--from", "2026-05-24", "--to", "2026-05-26"),
    "landings": (*STATION, "--site", "dongfeng", "--from", "2026-05-31", "--to", "2026-06-02"),
    "passes": ("--site", "kourou", "--from", "2026-05-24", "--to", "2026-05-25"),
}
OWED = {
    "launches": ["ship visitor", "site kourou"],
    "landings": ["ship visitor", "site dongfeng"],
    "passes": ["site kourou"],
}


@pytest.fixture
def run(run: Any) -> Any:
    """Runs a command with a catalogue file, in an empty folder but for what a test puts there."""

    def through(command: str, file: Path | str | None, *more: str) -> Any:
        catalogue = () if file is None else ("--catalogue", str(file))
        return run(command, "--elements", ELEMENTS, *ASKED[command], *catalogue, *more)

    return through


@pytest.mark.parametrize("command", ASKED)
def test_the_answer_names_the_file_and_what_is_its(command: str, run: Any) -> None:
    document = run(command, VISITOR, "--json").document
    assert document["catalogue"]["file"] == str(VISITOR)
    entries = document["catalogue"]["entries"]
    assert [f"{one['kind']} {one['id']}" for one in entries] == OWED[command]
    assert all(set(one) == {"kind", "id", "source"} and one["source"] for one in entries)
    done = run(command, VISITOR)
    assert done.code == 0
    assert f"From {VISITOR}: {', '.join(OWED[command])}.\n" in done.out


def test_offsets_and_figures_are_those_of_the_file(run: Any) -> None:
    document = run("launches", VISITOR, "--json").document
    assert [(one["branch"], one["offset_s"], one["source"]) for one in document["offsets"]] == [
        ("ascending", -180.0, "made up"),
        ("descending", 240.0, "made up"),
    ]
    assert [one["branch"] for one in document["opportunities"]] == ["descending", "ascending"] * 2
    rule = run("landings", VISITOR, "--json").document["site"]["landing_rule"]
    assert (rule["max_wind_m_s"], rule["wind_height_m"], rule["source"]) == (12.0, 10.0, "made up")


@pytest.mark.parametrize("command", ASKED)
def test_without_a_file_there_is_none_and_with_an_empty_one_nothing_changes(
    command: str, run: Any, tmp_path: Path
) -> None:
    (tmp_path / "empty.yaml").write_text("catalogue: {}\n", encoding="utf-8")
    usual = {"launches": ("--site", "jiuquan", "--ship", "shenzhou"), "landings": ("--ship", "shenzhou")}
    more = usual.get(command, ("--site", "islamabad"))
    without, empty = run(command, None, *more, "--json").document, run(command, "empty.yaml", *more, "--json").document
    assert without.pop("catalogue") is None
    assert empty.pop("catalogue") == {"file": "empty.yaml", "entries": []}
    assert without == empty
    assert "From empty.yaml: nothing that was asked about." in run(command, "empty.yaml", *more).out


@pytest.mark.parametrize("command", ASKED)
def test_a_broken_file_is_told_whole_with_lines(command: str, run: Any, tmp_path: Path) -> None:
    text = VISITOR.read_text(encoding="utf-8")
    for was, now in (("pad: kourou, branch: asc", "pad: korou, branch: asc"), ("seats: 2", "seats: two")):
        assert was in text
        text = text.replace(was, now)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    wheres = ["mine.yaml:22:14 catalogue.ships[0].seats", "mine.yaml:27:17 catalogue.ships[0].launches[0].pad"]
    done = run(command, "mine.yaml", "--json")
    assert done.code == 1
    assert [one["where"] for one in done.document["error"]["errors"]] == wheres
    plain = run(command, "mine.yaml")
    assert (plain.code, plain.out) == (1, "")
    assert all(where in plain.err for where in wheres)
    assert plain.err.endswith("2 errors.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize("command", ASKED)
@pytest.mark.parametrize(("file", "what"), [("nowhere.yaml", "cannot be read: No such file"), (".", "cannot be read")])
def test_a_file_that_is_none_is_one_error(command: str, file: str, what: str, run: Any) -> None:
    done = run(command, file, "--json")
    (error,) = done.document["error"]["errors"]
    assert done.code == 1
    assert error["where"] == file
    assert what in error["what"]
