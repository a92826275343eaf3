"""TRN-14: nobody is at two sites; a journey is there and back, and nothing at the base meanwhile."""

from attrs import evolve

from ground import local, minutes_between, planned, refused
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import TrainingSite, Trip
from hamsafar.planning.rebuilt import stage_again
from programmes import calendar, facility, phase, session, subject, tiny_programme
from termed import termed_plan

SITES = (
    TrainingSite(id="base", title="Base", zone="Asia/Shanghai"),
    TrainingSite(id="sea", title="Sea", zone="Asia/Shanghai", from_base_min=120),
)
WEEK = (phase(from_d=14 + 4 / 24, to_d=9),)  # Monday 2027-02-15 08:00 to that Saturday
SEA = facility("shore", site="sea")


def at_sea(*durations: int, trip_min: int | None = 1_440 + 480) -> object:
    way = session("sea/out", 120, kind="travel", attendance="together")
    swims = (session(f"sea/swim-{n}", each, facilities=("shore",)) for n, each in enumerate(durations))
    back = () if trip_min is None else (evolve(way, id="sea/back"),)
    return subject(way, *swims, *back, trip=Trip(to="sea", duration_min=trip_min))


def asked(*subjects, **more) -> Programme:
    in_term = {"phases": WEEK, "sites": SITES, "facilities": (facility(), SEA)}
    return tiny_programme(*subjects, in_term=in_term, **more)


def test_a_journey_takes_as_long_as_it_takes_and_all_at_the_site_lies_in_it() -> None:
    found = planned(asked(at_sea(180, 180)))
    out, back = found["sea/out"], found["sea/back"]
    assert minutes_between(out, back) == 1_440 + 480 - 240
    assert all(out.end <= found[f"sea/swim-{n}@trainee-prime"].start for n in (0, 1))
    assert all(found[f"sea/swim-{n}@trainee-prime"].end <= back.start for n in (0, 1))


def test_nothing_at_the_base_lies_in_a_journey() -> None:
    base = subject(*(session(f"a/x{n}", 240, facilities=("room",)) for n in range(6)))
    found = planned(asked(at_sea(180), base))
    out, back = found["sea/out"], found["sea/back"]
    assert all(one.end <= out.start or one.start >= back.end for id_, one in found.items() if id_.startswith("a/"))
    # Ten half days in the week, of which the journey takes four: seven don't fit.
    more = subject(*(session(f"a/x{n}", 240, facilities=("room",)) for n in range(7)))
    assert "TRN-14" in refused(asked(at_sea(180), more))
    assert len(planned(asked(at_sea(180), more), "TRN-14")) == 10


def test_a_plan_with_a_journey_is_rebuilt_without_breaking_anything() -> None:
    programme = asked(at_sea(180))
    again = stage_again(termed_plan(programme, *planned(programme).values()), "training")
    assert not again.broken
    assert again.placed["away for sea"].start == again.placed["sea/out"].start + 120


def test_what_needs_no_place_may_lie_in_a_journey() -> None:
    reading = subject(*(session(f"a/x{n}", 240, kind="self-study") for n in range(7)))
    assert len(planned(asked(at_sea(180), reading))) == 10


def test_a_journey_one_way_ends_all_training_at_the_base() -> None:
    base = subject(session("a/x", 240, facilities=("room",)))
    found = planned(asked(at_sea(180, trip_min=None), base))
    assert found["a/x@trainee-prime"].end <= found["sea/out"].start <= found["sea/swim-0@trainee-prime"].start


def test_whose_hours_a_journey_does_not_fit_is_told() -> None:
    # Back at the hour of leaving: nobody leaves at four hours past noon and is home before the day begins.
    mornings = (calendar("work", "08:00-12:00"),)
    said = refused(asked(at_sea(60, trip_min=1_440 + 600), calendars=mornings))
    assert said["TRN-14"] == "TRN-14: what is held at sea lies in one journey there and back; sea"
    assert local(planned(asked(at_sea(60, trip_min=1_440 + 240), calendars=mornings))["sea/out"].start)[-5:] == "08:00"
