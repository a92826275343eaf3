"""What `boosts` answers a caller: the same history from a file, from sets, and as of a moment; warnings; refusals."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import hamsafar
from hamsafar.app.boosting import no_boost_said
from hamsafar.errors import InputError
from hamsafar.formats.tle_writer import write_tles
from made_history import catalogue_epochs, made_history, with_altitude_off

EXAMPLES = Path(__file__).parents[3] / "examples"
EVE = EXAMPLES / "tiangong-eve" / "elements.tle"


def test_a_file_and_its_sets_give_the_same_answer() -> None:
    from_file = hamsafar.boosts(EVE)
    assert hamsafar.boosts(hamsafar.read_elements(EVE)).history == from_file.history
    assert from_file.norad == 48274
    assert list(from_file) == list(from_file.history.boosts)
    assert len(from_file) == 17
    assert from_file.decay_km_per_day[-1] == pytest.approx(0.125, abs=0.005)


def test_as_of_is_the_question_asked_then() -> None:
    then = hamsafar.boosts(EVE, as_of="2026-05-12")
    early = [one for one in hamsafar.read_elements(EVE) if one.epoch <= hamsafar.Instant.utc(2026, 5, 12)]
    assert then.history == hamsafar.boosts(early).history
    assert then.words == "boosted by 4.2 km about 9 May; elements less than a day old"
    assert hamsafar.boosts(EVE).words == "boosted by 2.9 km about 22 May 2026; elements to 10 June 2026"


def test_what_is_written_as_lines_and_read_again_shows_the_same_boosts(tmp_path: Path) -> None:
    sets = made_history(catalogue_epochs(30, 11), burns=[(12.001, 1.5), (20.001, -0.9)], seed=11)
    path = tmp_path / "made.tle"
    path.write_text(write_tles(sets), encoding="ascii")
    read, made = hamsafar.boosts(path).history, hamsafar.boosts(sets).history
    assert len(read.boosts) == len(made.boosts) == 2
    for one, other in zip(read.boosts, made.boosts, strict=True):
        assert abs(one.time.seconds_since(other.time)) < 120  # s: lines round angles to 1e-4 deg, which is 7 s here
        assert one.delta_altitude_km == pytest.approx(other.delta_altitude_km, abs=1e-3)  # lines carry 1 mm


def test_what_a_reader_should_know_is_warned_of() -> None:
    assert any("24 gaps between sets of over 7 d (up to 488 d)" in one for one in hamsafar.boosts(EVE).warnings)
    sets = list(made_history(catalogue_epochs(20, 12), seed=12))
    assert hamsafar.boosts(sets).warnings == ()
    doubtful = hamsafar.boosts([*sets[:-1], with_altitude_off(sets[-1], 0.7)])
    assert any("is doubtful, later ones will tell: mean altitude off by +0." in one for one in doubtful.warnings)
    assert any("two element sets" in one for one in hamsafar.boosts(sets[:1]).warnings)
    same_number = evolve(with_altitude_off(sets[5], 1.0), text=("other",))
    assert any("disagree" in one for one in hamsafar.boosts([*sets, same_number]).warnings)


def test_objects_far_out_are_answered_with_a_warning() -> None:
    """Half a day of period: nothing is invented from Sun and Moon where the noise itself is measured."""
    sets = made_history(catalogue_epochs(20, 13), seed=13)
    slow = [evolve(one, mean_motion_rev_d=2.0056, eccentricity=0.01, bstar_per_er=0.0) for one in sets]
    found = hamsafar.boosts(slow)
    assert any("not a low orbit" in one for one in found.warnings)
    assert found.history.boosts == ()


def test_no_boost_is_said_with_the_span_looked_at() -> None:
    quiet = hamsafar.boosts(made_history(catalogue_epochs(20, 14), seed=14)).history
    assert no_boost_said(quiet).startswith("no boost of 100 m or more from 2025-03-0")
    assert no_boost_said(evolve(quiet, sets=quiet.sets[:1])) == "no boost can be seen"


def test_an_ephemeris_and_an_early_moment_are_refused(tmp_path: Path) -> None:
    written = tmp_path / "path.oem"
    from hamsafar.app.state_files import pieces

    states = hamsafar.ephemeris(EXAMPLES / "tiangong-guest" / "elements.tle", "2026-09-19", "2026-09-20", step=240)
    written.write_text("".join(pieces(states, "oem")), encoding="utf-8")
    with pytest.raises(InputError, match="this is an ephemeris"):
        hamsafar.boosts(written)
    with pytest.raises(InputError, match="no elements up to"):
        hamsafar.boosts(EVE, as_of="2020-01-01")
