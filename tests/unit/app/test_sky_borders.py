"""Which moment of an event decides between two element sets, what a set must not tell, and what old elements cost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve

from hamsafar.app.lighting import light
from hamsafar.app.nearest import Sighting, seen_in_turns
from hamsafar.app.passing import _sighting
from hamsafar.events.light import penumbra
from hamsafar.events.passes import Pass
from hamsafar.formats.elements_file import read_object
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span

EXAMPLES = Path(__file__).parents[3] / "examples"
NEWEST = EXAMPLES / "tiangong-guest" / "elements.tle"
HISTORY = EXAMPLES / "tiangong-eve" / "elements.tle"
SETS = read_object(HISTORY.read_text(encoding="utf-8"), where=str(HISTORY))
BORDERS = [n for n, (a, b) in enumerate(pairwise(SETS)) if b.epoch.seconds_since(a.epoch) < 3 * 86_400][-60:]
CLEAR_S = 60.0  # the two sets agree to seconds; an eclipse this far off the border is on the same side of it by both


def border(n: int) -> Instant:
    return Instant((SETS[n].epoch.tai_ns + SETS[n + 1].epoch.tai_ns) // 2)


def eclipse_across(n: int) -> Span | None:
    """The eclipse that begins well before a border and has its middle well after it, by both sets."""
    about = Span(border(n).plus(hours=-1), border(n).plus(hours=1))
    found = None
    for of in (n, n + 1):
        found = next(
            (
                one
                for one in penumbra(Sgp4Trajectory(SETS[of]), about)
                if border(n).seconds_since(one.start) > CLEAR_S and one.middle.seconds_since(border(n)) > CLEAR_S
            ),
            None,
        )
        if found is None:
            return None
    return found


def test_the_middle_of_an_eclipse_says_which_elements_count() -> None:
    across = {n: one for n in BORDERS if (one := eclipse_across(n)) is not None}
    assert len(across) >= 5  # an eclipse lasts 36 min of 92, so about one border in six is met so
    for n, wanted in across.items():
        found = light(SETS, wanted.start.plus(hours=-1), wanted.end.plus(hours=1)).eclipses
        mine = [one for one in found if one.span.overlaps(wanted)]
        assert {one.kind for one in mine} == {"umbra", "penumbra"}
        assert {one.elements_epoch for one in mine} == {SETS[n + 1].epoch}


def test_what_the_nearer_set_does_not_see_does_not_happen() -> None:
    """The first set sees a grazing pass after the midpoint, where the second counts and sees none."""
    start = Instant.utc(2026, 9, 19)
    epochs, whole = (start, start.plus(seconds=10_000)), Span(start, start.plus(seconds=10_000))

    def seen(at_s: float) -> list[int]:
        at = start.plus(seconds=at_s)

        def look(of: int, span: Span) -> Iterator[Sighting[str]]:
            if of == 0 and span.contains(at):
                yield Sighting(of=of, at=at, span=Span(at, at.plus(seconds=1)), what="it")

        return [one.of for one in seen_in_turns(epochs, whole, 5_500.0, look)]

    assert seen(4_990.0) == [0]
    assert seen(5_010.0) == []


@pytest.mark.parametrize("highest", [0, 1, 2])
def test_the_highest_piece_says_when_a_pass_is(highest: int) -> None:
    start = Instant.utc(2026, 9, 19)
    pieces = tuple(
        Pass(
            rise=start.plus(seconds=100 * n),
            culmination=start.plus(seconds=100 * n + 40),
            set=start.plus(seconds=100 * n + 80),
            rise_azimuth_deg=300.0 - n,
            culmination_azimuth_deg=20.0 + n,
            set_azimuth_deg=120.0,
            max_elevation_deg=70.0 if n == highest else 30.0 + n,
            range_km=500.0,
        )
        for n in range(3)
    )
    seen = _sighting(4, pieces)
    assert seen.at == pieces[highest].culmination
    assert (seen.of, seen.span) == (4, Span(pieces[0].rise, pieces[2].set))


@pytest.mark.parametrize("age_d", [10.0, 20.0])
def test_the_cost_of_old_elements_of_a_low_orbit_is_in_the_warning(age_d: float) -> None:
    """1.5 km along the track a day squared, which the explanation page gives; at 7.6 km/s."""
    (newest,) = read_object(NEWEST.read_text(encoding="utf-8"), where=str(NEWEST))
    stranger = evolve(newest, norad=99_999, name="STRANGER", text="")  # none that the catalogue has a history of
    end = stranger.epoch.plus(days=age_d)
    (warning,) = light(stranger, end.plus(hours=-1), end).warnings
    assert f"up to {age_d:.1f} d away" in warning
    told = re.search(r"by about ([\d,]+) km or ([\d,]+) s", warning)
    assert told is not None
    km, seconds = (float(figure.replace(",", "")) for figure in told.groups())
    assert abs(km - 1.5 * age_d**2) <= 0.5  # printed whole
    assert abs(seconds - 1.5 * age_d**2 / 7.6) <= 0.5
