"""Contacts, light and views of a day by the room `moon` and by the second opinion, which share no code."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.orbits import Craft
from hamsafar.orbit.numerical import ForceModel, propagate
from hamsafar.verify.operations import views
from hamsafar.verify.operations.case import OperationsCase
from operated_day import MINUTES, START, WEEK, mission, plan

link = pytest.importorskip("hamsafar.moon.link")
light = pytest.importorskip("hamsafar.moon.light")
targets = pytest.importorskip("hamsafar.moon.targets")

pytestmark = pytest.mark.slow
SECONDS = np.arange(0.0, MINUTES * 60.0, 2.0)


@pytest.fixture(scope="module")
def path():
    """The day's orbit flown by the propagator."""
    asked = mission()
    craft = Craft(mass_kg=asked.mass_kg, solar=asked.solar)
    return propagate(asked.state, craft, ForceModel(centre="moon", degree=50), START.plus(minutes=MINUTES + 1))


def apart_s(windows, condition: views.Condition) -> float:
    """The longest stretch over which the two disagree, s."""
    theirs = np.zeros(len(SECONDS), dtype=bool)
    for span in windows:
        theirs |= (span.start.seconds_since(START) <= SECONDS) & (span.end.seconds_since(START) > SECONDS)
    differ = theirs != np.logical_and.reduce(list(condition(SECONDS).values()))
    ends = np.flatnonzero(np.diff(np.concatenate([[0], differ.astype(int), [0]])))
    return float(np.max(ends[1::2] - ends[::2], initial=0)) * 2.0


def test_contacts_on_which_the_link_closes(path) -> None:
    asked, case = mission(), OperationsCase(plan(), {})
    for station in asked.stations:
        found = link.link_windows(asked, asked.links[0], station, path, WEEK)
        assert len(found) >= 2
        assert apart_s(found, views.contact(case, station)) <= 6.0  # light time, and the Moon 18 km off


def test_sunlight(path) -> None:
    found = light.sunlight(path, WEEK)
    assert len(found) == 3
    assert apart_s(found, views.sunlight(OperationsCase(plan(), {}))) <= 6.0


def test_views_of_a_place(path) -> None:
    asked, case = mission(), OperationsCase(plan(), {})
    wish = asked.operations.images[0]
    found = targets.target_windows(asked, wish, path, WEEK)
    assert apart_s(found, views.target(case, asked.targets[0], asked.cameras[0])) <= 6.0
