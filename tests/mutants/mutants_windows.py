"""Mutants of windows by light, by night and by the Earth's field: an end moved by a minute is seen, for each kind.

The windows are looked for in the handmade plan, which states none of these kinds, and stated in it as they are
(step 0); then the second of them opens a minute early, or closes a minute late (step 1).
"""

from functools import cache

from attrs import evolve
from herd import BASES, mutant, on_the_limit, with_one, with_programme

from hamsafar.domain.aboard import WindowNeed
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.domain.plan import Plan, WindowList
from handmade import looked_up

BY_NIGHT = Site(id="reef", name="Reef", latitude_deg=-20.0, longitude_deg=151.2)  # both stays pass it in the dark
KINDS = (
    ("sunlight", None),
    ("daylight", None),
    ("clear-of-anomaly", None),
    ("night-target", BY_NIGHT.id),
    ("visible-pass", BY_NIGHT.id),
)


@cache
def stated(base: str, kind: str, of: str | None) -> tuple[Plan, WindowList]:
    """A handmade plan with the first three windows of a kind added, and their list."""
    plan = BASES[base]()
    wider = with_programme(plan, sites=(*plan.programme.sites, BY_NIGHT))
    whole = looked_up(wider, kind, of, plan.flight.aboard)
    list_ = evolve(whole, spans=tuple(span for span in whole.spans if span.span.seconds > 60)[:3])
    assert len(list_.spans) == 3
    return evolve(wider, windows=(*wider.windows, list_)), list_


def _second(plan: Plan, list_: WindowList, **changes: object) -> Plan:
    first, second, *rest = list_.spans
    moved = evolve(list_, spans=(first, evolve(second, **changes), *rest))
    return evolve(plan, windows=tuple(moved if each is list_ else each for each in plan.windows))


def _herd(kind: str, of: str | None) -> None:
    def opens_a_minute_early(_: Plan, step: int) -> Plan:
        wider, list_ = stated("far", kind, of)
        return _second(wider, list_, start=list_.spans[1].start.plus(minutes=-step))

    def closes_a_minute_late(_: Plan, step: int) -> Plan:
        wider, list_ = stated("near", kind, of)
        return _second(wider, list_, end=list_.spans[1].end.plus(minutes=step))

    for make, base in ((opens_a_minute_early, "far"), (closes_a_minute_late, "near")):
        make.__name__ = f"{kind.replace('-', '_')}_{make.__name__}"
        on_the_limit("WIN-01", base=base)(make)


for _kind, _of in KINDS:
    _herd(_kind, _of)


@on_the_limit("WIN-01")
def passes_behind_a_hill(plan: Plan, step: int) -> Plan:
    """A hill of 10 deg hides nothing of a pass, which begins there; one of 40 deg does."""
    hill = Horizon(points=(HorizonPoint(azimuth_deg=0.0, elevation_deg=10.0 + 30.0 * step),))
    return with_one(plan, "sites", "islamabad", horizon=hill)


@on_the_limit("WIN-01")
def visible_passes_behind_a_hill(_: Plan, step: int) -> Plan:
    hill = Horizon(points=(HorizonPoint(azimuth_deg=0.0, elevation_deg=10.0 + 30.0 * step),))
    return with_one(stated("far", "visible-pass", BY_NIGHT.id)[0], "sites", BY_NIGHT.id, horizon=hill)


def _called(kind: str, truly: str, of: str | None) -> Plan:
    """The far plan with true windows of one kind stated as those of another."""
    wider, list_ = stated("far", truly, of)
    return evolve(wider, windows=tuple(evolve(w, kind=kind) if w is list_ else w for w in wider.windows))


@mutant("WIN-01")
def sunlight_called_daylight(_: Plan) -> Plan:
    return _called("daylight", "sunlight", None)


@mutant("WIN-01")
def sunlight_called_clear_of_the_anomaly(_: Plan) -> Plan:
    return _called("clear-of-anomaly", "sunlight", None)


@mutant("WIN-01")
def clear_of_the_anomaly_called_sunlight(_: Plan) -> Plan:
    return _called("sunlight", "clear-of-anomaly", None)


@mutant("WIN-01")
def visible_pass_called_a_target(_: Plan) -> Plan:
    return _called("night-target", "visible-pass", BY_NIGHT.id)


@mutant("WIN-01")
def target_in_the_shadow_called_visible(_: Plan) -> Plan:
    return _called("visible-pass", "night-target", BY_NIGHT.id)


@mutant("WIN-01")
def day_called_night(plan: Plan) -> Plan:
    days = tuple(evolve(w, kind="night-target") if w.kind == "daylight-target" else w for w in plan.windows)
    return evolve(plan, windows=days)


@mutant("WIN-01")
def no_dark_over_the_city(plan: Plan) -> Plan:
    return with_one(plan, "activities", "photograph", window=WindowNeed(kind="night-target", of="islamabad"))


@mutant("WIN-01")
def link_outside_the_dark_it_needs(_: Plan) -> Plan:
    """A link takes 20 min; no station stays so long over one place."""
    wider, _ = stated("far", "night-target", BY_NIGHT.id)
    return with_one(wider, "activities", "link", window=WindowNeed(kind="night-target", of=BY_NIGHT.id))
