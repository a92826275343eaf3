"""`moon light`, `contacts` and `link` at the door: the contract's keys, forms, and bad input with its place."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from hamsafar.timeline import Instant

EXAMPLE = Path(__file__).parents[2] / "examples" / "lunar-cubesat"
SHORT = ("--until", "2 d", "--degree", "4")
COMMANDS = ("light", "contacts", "link")


def test_light_answers_as_the_contract_says(run: Any) -> None:
    document = run("moon", "light", str(EXAMPLE), *SHORT, "--json").document
    assert document["mission"] == "lunar-cubesat"
    assert (document["from"], document["to"]) == ("2024-05-08T08:14:00.000Z", "2024-05-10T08:14:00.000Z")
    assert document["model"]["degree"] == 4
    for row in document["eclipses"]:
        assert set(row) == {"body", "kind", "enter", "leave", "seconds", "cut_at_start", "cut_at_end"}
        assert row["seconds"] == pytest.approx(_seconds(row["enter"], row["leave"]), abs=2e-3)
    assert {(row["body"], row["kind"]) for row in document["eclipses"]} == {("moon", "penumbra"), ("moon", "umbra")}
    assert document["beta"][0]["time"] == document["from"]
    assert [row["mode"] for row in document["power"]["modes"]] == ["safe", "charging", "photograph", "talk"]
    assert all(row["positive"] for row in document["power"]["modes"])
    assert document["assumed"]


def _seconds(first: str, last: str) -> float:
    return Instant.parse(last).seconds_since(Instant.parse(first))


def test_contacts_answers_as_the_contract_says(run: Any) -> None:
    document = run("moon", "contacts", str(EXAMPLE), *SHORT, "--station", "dwingeloo", "--json").document
    assert document["stations"] == ["dwingeloo"]
    assert document["link"] == {"id": "downlink", "frequency_mhz": 435.4, "two_way": False}
    assert document["contacts"]
    for row in document["contacts"]:
        assert row["station"] == "dwingeloo"
        assert row["range_km"][0] <= row["range_km"][1] < 420_000
        assert row["doppler_hz"][0] <= row["doppler_hz"][1]
        assert row["light_time_s"] == pytest.approx(row["range_km"][0] / 299_792.458, abs=0.06)
        assert row["occulted"] == ("moon" in (row["begins"], row["ends"]))
    hours = sum(row["seconds"] for row in document["contacts"]) / 3_600 / 2
    assert document["hours_a_day"] == {"dwingeloo": pytest.approx(hours, abs=1e-3)}


def test_link_answers_as_the_contract_says(run: Any) -> None:
    document = run("moon", "link", str(EXAMPLE), *SHORT, "--json").document
    pairs = {(row["link"], row["station"]) for row in document["budgets"]}
    assert ("downlink", "dwingeloo") in pairs
    assert {(row["link"], row["station"]) for row in document["unable"]} == {
        ("uplink", "dwingeloo"),
        ("uplink", "yagi"),
    }
    for row in document["budgets"]:
        assert {"title", "value", "unit"} == set(row["lines"][0])
        assert row["margin_db"] <= row["best"]["margin_db"]
    image = document["images"][0]
    # One raw frame of 1280 x 720 at 8 bit is 7.37 Mbit: 2 h at 1 kbit/s, 12 min at 10:1; 0.9 of the bits are payload.
    assert image["raw_kbit"] == pytest.approx(7_372.8)
    assert image["raw_hours_of_link"] == pytest.approx(7_372.8 / 0.9 / 3_600, abs=1e-3)
    assert image["minutes_of_link"] == pytest.approx(737.28 / 0.9 / 60, abs=1e-2)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_in_csv_and_in_a_file(run: Any, tmp_path: Path, command: str) -> None:
    printed = run("moon", command, str(EXAMPLE), *SHORT, "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert rows
    assert None not in rows[0]
    assert None not in rows[0].values()
    assert run("moon", command, str(EXAMPLE), *SHORT, "--out", str(tmp_path / "rows.csv")).code == 0
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").replace("\r\n", "\n") == printed.replace("\r\n", "\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_gets_tables_with_what_was_assumed(run: Any, command: str) -> None:
    outcome = run("moon", command, str(EXAMPLE), *SHORT)
    assert outcome.code == 0
    assert "UTC" in outcome.out or command == "link"
    assert "Assumed: release.elements.inclination" in outcome.out


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("contacts", ("--station", "mars"), "--station: the mission has no station 'mars'; it has guest-dish"),
        ("link", ("--link", "laser"), "--link: the mission has no link 'laser'; it has downlink, uplink"),
        ("light", ("--to", "2024-05-01"), "--until: should come after"),
        ("light", ("--from", "2020-01-01"), "--from: comes before the release"),
        ("light", ("--earth-shadow", "-3"), "--earth-shadow: should be a radius"),
        ("contacts", ("--format", "xml"), "--format: should be json or csv"),
        ("light", ("--degree", "9999"), "--degree: should be 0 to 360"),
        ("contacts", ("--to", "200 y"), "--until: "),
    ],
)
def test_bad_input_is_told_with_its_place(run: Any, command: str, options: tuple[str, ...], said: str) -> None:
    outcome = run("moon", command, str(EXAMPLE), *options)
    assert outcome.code == 1
    assert said in outcome.err
    assert not outcome.out


def test_a_link_that_no_station_can_work(run: Any) -> None:
    outcome = run("moon", "link", str(EXAMPLE), *SHORT, "--link", "uplink", "--station", "yagi")
    assert outcome.code == 1
    assert "link uplink has no station: none of them can send at 436.4 MHz" in outcome.err
