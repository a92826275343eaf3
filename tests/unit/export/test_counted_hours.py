"""One count of training hours: the same on the report, the sheets, the index and the progress page."""

from __future__ import annotations

import re

from attrs import evolve

from export_plan import judgement_of, rich_plan
from hamsafar.domain.plan import Assignment, Placement, Plan
from hamsafar.domain.training import TrainingSite, Trip
from hamsafar.export.counted import counted
from hamsafar.export.figures import hours_per_class, key_figures
from hamsafar.export.page import report_html
from hamsafar.export.progress_page import progress_html, training_of
from hamsafar.export.seen_by import known_viewers
from hamsafar.export.serving import serving_of
from hamsafar.export.tables import placement_rows, training_weeks
from hamsafar.export.week_sheets import sheets_of, summary
from hamsafar.planning.training.progress import progress_of
from hamsafar.timeline import Instant
from programmes import ZONE, person, session, subject, tiny_programme
from termed import BACKUP, PRIME, placed, termed_plan

TRAINED = "3 h 15 min"  # a lecture of 2 h and a run of 1 h 15 min


def night(of: str, start: str) -> Placement:
    begins = Instant.parse(start + "Z")
    return Placement(
        id=f"night/{of}@{start}", of=f"night/{of}", stage="training", title="Sleep", kind="sleep", start=begins,
        end=begins.plus(hours=8), zone=ZONE, people=(Assignment(person=of, function="attendee"),),
    )  # fmt: skip


def mixed() -> Plan:
    """A lecture, a run, reading, a way out and back, two nights: five sessions of the prime."""
    known = tiny_programme(
        subject(session("a/lecture", 120, language="zh"), session("a/run", 75, kind="practice", instructor="runs")),
        subject(session("b/reading", 90, kind="self-study")),
        subject(
            session("c/out", 180, kind="travel"), session("c/back", 180, kind="travel"),
            trip=Trip(to="sea", duration_min=1_440),
        ),
        in_term={"sites": tuple(TrainingSite(id=id_, title=id_, zone=ZONE) for id_ in ("base", "sea"))},
        people=(
            person("busy", "instructor", qualifications=("runs",)),
            person("idle", "instructor", qualifications=("runs",)),
            person("voice", "interpreter", qualifications=("interpret-zh",)),
        ),
    )  # fmt: skip
    plan = termed_plan(
        known,
        placed(known, f"a/lecture@{PRIME}", "2027-02-02T01:00", PRIME, interpreter="voice"),
        placed(known, f"a/run@{PRIME}", "2027-02-03T01:00", PRIME, instructor="busy"),
        placed(known, f"b/reading@{PRIME}", "2027-02-04T01:00", PRIME),
        placed(known, f"c/out@{PRIME}", "2027-02-09T01:00", PRIME),
        placed(known, f"c/back@{PRIME}", "2027-02-09T22:00", PRIME),
        night(PRIME, "2027-02-22T14:00"),
        night(PRIME, "2027-02-23T14:00"),
    )
    return evolve(plan, flight=rich_plan(sessions_each=9).flight)


def test_what_is_counted_and_what_is_told_apart() -> None:
    plan = mixed()
    found = counted(plan.placements)
    assert (found.sessions, found.trained_min, found.nights) == (5, 195, 2)
    assert found.apart_min == {"self-study": 90, "travel": 360}
    assert found.said == f"5 sessions, 2 nights: {TRAINED} of training, 1 h 30 min of self-study, 6 h of journeys"
    assert counted(plan.placements[2:3]).said == "1 session: 1 h 30 min of self-study"
    assert counted(()).said == "nothing"


def test_every_page_tells_the_same_hours() -> None:
    plan = mixed()
    progress = progress_of(plan, PRIME)
    sheet = summary(sheets_of(plan, known_viewers(plan)[PRIME], None).entries)
    tile = key_figures(plan)[0]
    rows = {one.title: one.hours[0] for one in hours_per_class(plan)}
    page = progress_html(plan, progress, ()).decode()
    assert (tile.value, tile.note) == ("5", f"{TRAINED} of training, 1 h 30 min of self-study, 6 h of journeys")
    assert sheet == f"5 sessions, 2 nights: {tile.note}"
    assert rows == {"Class": TRAINED, "All training": TRAINED, "Self-study": "1 h 30 min", "Journeys": "6 h"}
    assert training_of(progress).planned_min == 195
    assert (progress.self_study.planned_min, progress.journeys.planned_min) == (90, 360)
    assert f"0 min of {TRAINED} of training done" in page
    for title, hours in rows.items():
        assert re.search(rf'<bdi>{title}</bdi></th><td class="n">{hours}</td>', page), title


def test_nights_are_no_sessions_of_a_week() -> None:
    plan = mixed()
    weeks = training_weeks(plan, placement_rows(plan, {}))
    assert [(one.said, len(one.rows)) for one in weeks] == [("3 sessions", 3), ("2 sessions", 2), ("2 nights", 2)]
    nights = [one for one in sheets_of(plan, known_viewers(plan)[PRIME], None).entries if one.kind == "sleep"]
    assert summary(nights) == "No session, 2 nights"


def test_the_report_tells_who_teaches_how_much_and_where_one_does_what_two_could() -> None:
    plan = mixed()
    found = serving_of(plan)
    assert found is not None
    assert [week.name for week in found.weeks] == ["2027-W05"]
    assert [(one.title, one.sessions, one.hours, one.alone, one.weeks) for one in found.rows] == [
        ("busy", 1, "1 h 15 min", "0 min", (1.25,)),
        ("idle", 0, "0 min", "0 min", (0,)),
        ("voice", 1, "2 h", "2 h", (2,)),
    ]
    assert found.rows[0].busiest == "1 h 15 min in W05"
    assert found.warnings == (
        "Of the 1 h 15 min for which busy and idle are qualified alike, busy does 1 h 15 min; planning doesn't spread "
        "it.",
    )
    page = report_html(plan, judgement_of(plan), ()).decode()
    assert found.warnings[0].replace("'", "&#39;") in page
    assert '<tr class="sum">' in page


def test_work_that_is_spread_is_no_warning() -> None:
    plan = mixed()
    run = next(one for one in plan.placements if one.of == "a/run")
    others = tuple(evolve(one, person="idle") if one.person == "busy" else one for one in run.people)
    again = evolve(run, id=f"a/run@{BACKUP}", people=others)
    found = serving_of(evolve(plan, placements=(*plan.placements, again)))
    assert found is not None
    assert found.warnings == ()
    assert serving_of(evolve(plan, placements=plan.placements[2:])) is None
