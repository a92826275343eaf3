"""`boosts` at the door: the contract's keys, words for people, exit codes, bad input."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hamsafar.timeline import Instant

EXAMPLES = Path(__file__).parents[2] / "examples"
HISTORY = str(EXAMPLES / "tiangong-eve" / "elements.tle")
ONE_SET = str(EXAMPLES / "tiangong-guest" / "elements.tle")


@pytest.fixture
def run(run: Any) -> Any:
    """Runs `hamsafar boosts`."""
    return partial(run, "boosts")


def test_the_answer_is_as_the_contract_says(run: Any) -> None:
    done = run("--elements", HISTORY, "--json")
    document = done.document
    assert done.code == 0
    assert document["object"] == {"name": "CSS (TIANHE)", "norad": 48274}
    assert len(document["boosts"]) == 17
    for row in document["boosts"]:
        assert {"time", "delta_altitude_km", "delta_v_m_s"} <= set(row)
        assert row["delta_altitude_km"] * row["delta_v_m_s"] > 0
        earliest, time, latest = (Instant.parse(row[key]) for key in ("earliest", "time", "latest"))
        assert earliest.plus(seconds=-1) <= time <= latest  # the time is written to the second
        assert row["time_sigma_s"] > 0
    assert all(isinstance(rate, float) for rate in document["decay_km_per_day"])
    assert [round(row["rate_km_per_day"], 5) for row in document["decays"]] == document["decay_km_per_day"]
    assert {"epoch", "why", "doubtful", "element_set"} == set(document["rejected"][0])
    assert document["words"] == "boosted by 2.9 km about 22 May 2026; elements to 10 June 2026"
    assert document["as_of"] is None
    assert document["warnings"]
    assert (document["from"][:10], document["to"][:10]) == ("2021-06-01", "2026-06-10")


def test_as_of_leaves_later_sets_out(run: Any) -> None:
    document = run("--elements", HISTORY, "--as-of", "2026-05-12T12:00Z", "--json").document
    assert document["as_of"] == "2026-05-12T12:00:00Z"
    assert document["to"] < document["as_of"]
    assert document["boosts"][-1]["time"].startswith("2026-05-09")
    assert document["words"] == "boosted by 4.2 km about 9 May; elements less than a day old"


def test_from_and_to_cut_what_is_told_and_not_what_is_read(run: Any) -> None:
    whole = run("--elements", HISTORY, "--json").document
    cut = run("--elements", HISTORY, "--from", "2026-05-01", "--to", "2026-05-20", "--json").document
    assert cut["words"] == whole["words"]
    assert cut["sets_kept"] == whole["sets_kept"]
    assert [row["time"][:10] for row in cut["boosts"]] == ["2026-05-09", "2026-05-14"]
    assert all(row in whole["boosts"] for row in cut["boosts"])
    assert [row for row in whole["decays"] if row["to"] >= "2026-05-01" and row["from"] < "2026-05-20"] == cut["decays"]
    assert cut["rejected"] == []
    none = run("--elements", HISTORY, "--from", "2026-05-10", "--to", "2026-05-11")
    assert none.code == 0
    assert "No boost between --from and --to." in none.out


def test_people_get_a_table_with_words(run: Any) -> None:
    done = run("--elements", HISTORY)
    first, *lines = done.out.splitlines()
    assert first == "CSS (TIANHE) (48274): boosted by 2.9 km about 22 May 2026; elements to 10 June 2026."
    assert any("2026-05-09 07:44" in line and "+4.15" in line and "+2.36" in line for line in lines)
    assert any("not known*" in line and "2021-06-01 22:02 and 2021-07-22 08:25" in line for line in lines)
    assert any(line.startswith("Left out: the set of 2026-03-20T09:36:18Z: mean altitude off by") for line in lines)
    assert "Mind: 24 gaps between sets" in done.err


def test_where_there_was_no_boost_it_says_so_with_the_span(run: Any, tmp_path: Path) -> None:
    lines = Path(HISTORY).read_text(encoding="utf-8").splitlines(keepends=True)
    quiet = tmp_path / "march.tle"
    quiet.write_text("".join(lines[3 * 42 : 3 * 120]), encoding="utf-8")
    done = run("--elements", str(quiet))
    assert done.code == 0
    assert "no boost of 100 m or more from 2026-03-01T" in done.out
    assert "Decay between:" in done.out
    one = run("--elements", ONE_SET)
    assert one.out == "CSS (TIANHE) (48274): no boost can be seen.\n"
    assert "needs two element sets" in one.err
    assert run("--elements", ONE_SET, "--json").document["boosts"] == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--elements", "nowhere.tle"), "nowhere.tle"),
        (("--elements", HISTORY, "--as-of", "yesterday"), "--as-of"),
        (("--elements", HISTORY, "--as-of", "2020-01-01"), "no elements up to"),
        (("--elements", HISTORY, "--from", "soon"), "--from"),
        (("--elements", HISTORY, "--from", "2026-05-02", "--to", "2026-05-01"), "should come after --from"),
    ],
)
def test_bad_input_is_one_document_and_one(words: tuple[str, ...], what: str, run: Any, tmp_path: Path) -> None:
    done = run(*words, "--json")
    assert done.code == 1
    assert what in json.dumps(done.document)
    assert set(done.document) == {"error"}
    assert run(*words).code == 1
    assert list(tmp_path.iterdir()) == []


def test_bad_usage_is_two(run: Any) -> None:
    assert run().code == 2
    assert run("--elements", HISTORY, "--since", "2026-01-01").code == 2
