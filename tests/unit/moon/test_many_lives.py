"""Many lives: the same however they are cut and wherever they run; what they tell together; an end on request."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from lunar_missions import RELEASE, falling, mission

from hamsafar.domain.lunar import Spread
from hamsafar.domain.orbits import Burn
from hamsafar.errors import InputError
from hamsafar.moon import cluster
from hamsafar.moon import lives as lives_room
from hamsafar.moon.life import life
from hamsafar.moon.lives import IMPACT, UNTIL, Lives, PartAsked, Running, done_in_order, joined, parts_of, run_part
from hamsafar.moon.monte_carlo import MonteCarlo, monte_carlo, summed
from hamsafar.moon.spread import draw
from hamsafar.moon.start import forces_of, solar_m2_kg, start_of, vector_of
from hamsafar.timeline import NS_PER_S, Instant

UNTIL_DAY_3 = RELEASE.plus(days=3)


def asked(n: int, *, gravity: bool = False) -> PartAsked:
    one = falling()
    drawn = draw(vector_of(start_of(one)), one.spread, 5, range(n))
    return PartAsked(
        epoch=RELEASE,
        states_icrf=drawn.states_icrf,
        solar_m2_kg=drawn.solar * solar_m2_kg(one),
        until=UNTIL_DAY_3,
        forces=forces_of(one),
        clones=tuple((5, k) for k in range(n)) if gravity else None,
    )


def same(one: Lives, other: Lives) -> bool:
    pairs = ((getattr(one, name), getattr(other, name)) for name in ("end_s", "ended_by", "states_icrf"))
    return all(np.array_equal(a, b) for a, b in pairs) and all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("periapsis_s", "periapsis_km")
    )


@pytest.mark.parametrize("gravity", [False, True])
def test_a_life_does_not_mind_how_lives_are_cut(gravity: bool) -> None:
    whole = run_part(asked(7, gravity=gravity))
    for size in (1, 3):
        assert same(joined([run_part(part) for part in parts_of(asked(7, gravity=gravity), size)]), whole)


def test_many_lives_end_as_one_followed_alone_does() -> None:
    """Two ways through the kernel, with and without a dense path."""
    one = evolve(falling(), spread=Spread(position_km=(0.0, 0.0, 1e-12)))
    many, alone = monte_carlo(one, 1, until=UNTIL_DAY_3), life(one, until=UNTIL_DAY_3)
    assert many.lives.end_s[0] == pytest.approx(alone.end.seconds_since(RELEASE), abs=1e-3)
    passed = many.lives.periapsis_km[0][np.isfinite(many.lives.periapsis_km[0])]
    assert passed == pytest.approx(alone.periapsis_km, abs=1e-5)  # a centimetre
    if alone.impact is not None:
        assert many.impact_latitude_deg[0] == pytest.approx(alone.impact.latitude_deg, abs=1e-5)
        assert many.impact_longitude_deg[0] == pytest.approx(alone.impact.longitude_deg, abs=1e-5)


@pytest.fixture(scope="module")
def drawn() -> MonteCarlo:
    return monte_carlo(falling(), 24, seed=3, until=UNTIL_DAY_3)


def test_what_many_lives_tell_together(drawn: MonteCarlo) -> None:
    assert drawn.done == drawn.asked == 24
    assert set(drawn.lives.ended_by.tolist()) == {UNTIL, IMPACT}
    hit = drawn.lives.impacted
    assert 0 < hit.sum() < 24
    assert drawn.impacted_share == hit.mean()
    assert drawn.impacted_error == pytest.approx(np.sqrt(hit.mean() * (1 - hit.mean()) / 24))
    assert drawn.impact_tai_ns.size == hit.sum() == sum(group.number for group in drawn.groups)
    radius = np.linalg.norm(drawn.lives.states_icrf[hit, :3], axis=1)
    assert radius == pytest.approx(np.full(hit.sum(), 1_737.4), abs=1e-6)
    alive, _ = drawn.survival.alive_at(np.array([3 * 86_400.0]))
    assert alive[0] == pytest.approx(1 - hit.mean())
    lowest = drawn.lowest.radius_km
    assert np.all(np.diff(lowest, axis=1) >= 0)
    assert np.all(np.diff(lowest, axis=0) <= 1e-9)
    assert lowest[-1, 0] == 1_737.4


def test_the_same_seed_tells_the_same_whatever_the_workers(drawn: MonteCarlo) -> None:
    again = monte_carlo(falling(), 24, seed=3, until=UNTIL_DAY_3, running=Running(workers=3))
    assert same(again.lives, drawn.lives)
    fewer = monte_carlo(falling(), 9, seed=3, until=UNTIL_DAY_3, running=Running(workers=1))
    assert np.array_equal(fewer.lives.end_s, drawn.lives.end_s[:9])
    other = monte_carlo(falling(), 9, seed=4, until=UNTIL_DAY_3)
    assert not np.array_equal(other.lives.end_s, fewer.lives.end_s)


def test_a_cluster_tells_the_same_bit_for_bit(drawn: MonteCarlo) -> None:
    distributed = pytest.importorskip("distributed")
    options: dict[str, Any] = {"processes": False, "n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(host="127.0.0.1", protocol="tcp", **options) as local:
        running = Running(scheduler=local.scheduler_address)
        there = monte_carlo(falling(), 24, seed=3, until=UNTIL_DAY_3, running=running)
    assert same(there.lives, drawn.lives)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_ANSWER_S", 0.3)
    with pytest.raises(InputError, match="no Dask scheduler answers") as caught:
        monte_carlo(falling(), 2, running=Running(scheduler="tcp://127.0.0.1:9"))
    assert caught.value.where == "--scheduler"


def test_without_distributed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"hamsafar\[cluster\]"):
        monte_carlo(falling(), 2, running=Running(scheduler="tcp://127.0.0.1:9"))


def test_a_stop_keeps_the_first_lives_only() -> None:
    said: list[int] = []
    found = monte_carlo(
        falling(),
        400,
        seed=3,
        until=UNTIL_DAY_3,
        running=Running(
            workers=1, tell=lambda done, of: said.append(done), stopped=lambda: bool(said and said[-1] > 1)
        ),
    )
    assert 2 <= found.done < 400
    assert found.asked == 400
    first = monte_carlo(falling(), found.done, seed=3, until=UNTIL_DAY_3)
    assert same(first.lives, found.lives)


def test_no_life_in_time_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lives_room, "_run_here", lambda *given, **more: [])
    with pytest.raises(InputError, match="no life was done in the time given"):
        monte_carlo(mission(), 8, running=Running(deadline_s=1.0))


class _Pending:
    def __init__(self, value: int | None) -> None:
        self._value = value

    def done(self) -> bool:
        return self._value is not None

    def cancelled(self) -> bool:
        return False

    def result(self) -> int | None:
        return self._value


def test_parts_behind_an_unfinished_one_do_not_count() -> None:
    """Short lives are done sooner: to take them as they come would make all look short."""
    assert done_in_order([_Pending(1), _Pending(2), _Pending(None), _Pending(4)]) == [1, 2]  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("given", "runs", "says"),
    [
        (evolve(falling(), spread=Spread()), 5, "no spread"),
        (falling(), 0, "1 to 1,000,000"),
        (evolve(falling(), burns=(Burn(start=RELEASE, delta_v_km_s=(0.0, 0.1, 0.0)),)), 5, "coasts"),
    ],
)
def test_what_cannot_be_drawn(given: Any, runs: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        monte_carlo(given, runs)


def test_impacts_are_grouped_by_perilune_and_quantiles_follow_the_lives() -> None:
    """Handmade lives: ten hit at one perilune within minutes, ten half a day later, five never."""
    n, half_day = 25, 43_200.0
    end_s = np.concatenate((half_day + np.arange(10.0), 2 * half_day + np.arange(10.0), np.full(5, 4 * half_day)))
    codes = np.array([IMPACT] * 20 + [UNTIL] * 5, dtype=np.int8)
    states = np.tile([1_737.4, 0.0, 0.0, 0.0, 1.0, 0.0], (n, 1))
    perilunes_s = np.tile(half_day * np.arange(1, 4) + 100.0, (n, 1))
    radius = np.tile([1_800.0, 1_790.0, 1_795.0], (n, 1))
    later = perilunes_s > end_s[:, None]
    lives = Lives(
        epoch=RELEASE,
        end_s=end_s,
        ended_by=codes,
        states_icrf=states,
        periapsis_s=np.where(later, np.nan, perilunes_s),
        periapsis_km=np.where(later, np.nan, radius),
    )
    found = summed(lives, asked=n, seed=0, until=RELEASE.plus(seconds=4 * half_day))
    assert [group.number for group in found.groups] == [10, 10]
    assert found.groups[1].first == Instant(RELEASE.tai_ns + int(2 * half_day * NS_PER_S))
    assert found.life_d(0.5) == pytest.approx((2 * half_day + 2) / 86_400)
    assert found.life_d(0.95) is None
    row = int(np.searchsorted(found.lowest.at_s, 3.5 * half_day))
    assert found.lowest.radius_km[row].tolist() == pytest.approx([1_737.4, 1_737.4, 1_790.0], abs=1.0)
