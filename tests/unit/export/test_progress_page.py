"""The progress page, the index, and readiness: each figure where it belongs, in words and in pictures."""

from __future__ import annotations

import re
from datetime import date, timedelta

from attrs import evolve

from export_plan import judgement_of, rich_plan, track
from hamsafar.domain.people import Certificate, HeldCertificate
from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import ClassProgress, Gap, Readiness, SwapDay
from hamsafar.export.page import report_html
from hamsafar.export.progress_page import index_html, progress_html
from hamsafar.export.progress_words import readiness_text
from hamsafar.export.seen_by import known_viewers, viewers_of
from hamsafar.export.svg_progress import certificate_picture, class_bar
from hamsafar.export.week_sheets import sheets_html, sheets_of
from hamsafar.export.weeks import Week
from hamsafar.planning.training.progress import progress_of
from hamsafar.planning.training.readiness import readiness_of
from hamsafar.timeline import Instant
from programmes import LAUNCH, person, session, subject, tiny_programme
from termed import BACKUP, PRIME, asking, placed, record, termed_plan

ATTACK = "<script>alert(1)</script>\"'><img src=x>{{ 7*7 }}"
FIRST = date(2027, 1, 4)


def half_way() -> Plan:
    """One practice held without the backup, an exam of `paper` to come, and a certificate brought along."""
    held = HeldCertificate(certificate="brought", valid_from=date(2026, 6, 1), valid_until=date(2027, 2, 10))
    known = tiny_programme(
        subject(session("run/one", 90, kind="practice", attendance="together"), title="Runs"),
        subject(session("exam/sit", kind="exam"), certificate="paper", title="Paper and pen"),
        trainees=(person(PRIME, certificates=(held,)), person(BACKUP, backs_up=PRIME)),
        certificates=(Certificate(id="paper", title="Paper"), Certificate(id="brought", title="Brought")),
        activities=(asking("paper", PRIME, BACKUP),),
    )
    run = placed(known, "run/one", "2027-02-02T01:00", PRIME, BACKUP)
    return termed_plan(
        known,
        evolve(run, people=run.people[:1]),
        placed(known, f"exam/sit@{PRIME}", "2027-02-09T01:00", PRIME),
        placed(known, f"exam/sit@{BACKUP}", "2027-02-10T01:00", BACKUP),
        now=Instant.parse("2027-02-03T00:00Z"),
        happened=(record(run, "done", PRIME),),
    )


def page_of(plan: Plan, who: str) -> str:
    return progress_html(plan, progress_of(plan, who), readiness_of(plan)).decode()


def cells(page: str, row: str) -> list[str]:
    """The texts of the table row that begins with a word."""
    found = next(one for one in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if f"<bdi>{row}</bdi>" in one)
    return [re.sub(r"<[^>]*>", "", one).strip() for one in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", found, re.DOTALL)]


def test_the_page_tells_hours_sessions_certificates_and_risks() -> None:
    plan = half_way()
    page = page_of(plan, BACKUP)
    assert "0 min of 2 h 30 min of training done" in page
    assert cells(page, "Class")[:5] == ["Class", "2 h 30 min", "0 min", "1 h", "1 h 30 min"]
    assert cells(page, "Runs") == ["Runs", "Class", "1", "0", "0", "1", "1", "0", "0"]
    assert cells(page, "Paper")[:4] == ["Paper", "10 Feb 2027", "", "10 Feb 2027 to 9 Feb 2028"]
    assert "missed, and not placed again" in page
    mine = page_of(plan, PRIME)
    assert "1 h 30 min of 2 h 30 min of training done" in mine
    assert cells(mine, "Brought")[1] == "brought along"
    assert "Nothing: every session is placed" in mine


def test_a_certificate_that_lapses_between_lift_off_and_landing_is_marked() -> None:
    plan = half_way()
    launch, landing = LAUNCH.datetime().date(), plan.flight.landing.landing.datetime().date()
    for until, said in ((launch - timedelta(days=1), False), (launch, True), (landing + timedelta(days=1), False)):
        held = HeldCertificate(certificate="brought", valid_from=date(2026, 6, 1), valid_until=until)
        people = tuple(evolve(one, certificates=(held,)) if one.id == PRIME else one for one in plan.programme.people)
        page = page_of(evolve(plan, programme=evolve(plan.programme, people=people)), PRIME)
        assert ("lapses in flight" in cells(page, "Brought")[3]) == said, until


def failed_and_missed() -> Plan:
    """The prime failed the exam and sits it again; both missed the run, which is nowhere any more."""
    plan = half_way()
    run, exam = (next(one for one in plan.placements if one.of == of) for of in ("run/one", "exam/sit"))
    failed = evolve(record(exam, "failed"), note="mark 42; bus late")
    again = evolve(exam, start=exam.start.plus(days=4), end=exam.end.plus(days=4))
    others = [one for one in plan.placements if one not in (run, exam)]
    known = evolve(
        plan.programme, past_until=Instant.parse("2027-02-11T00:00Z"), happened=(record(run, "missed"), failed)
    )
    return evolve(plan, programme=known, placements=(*others, again))


def test_what_was_missed_and_failed_is_named_with_its_mark_and_what_came_of_it() -> None:
    plan = failed_and_missed()
    page = page_of(plan, PRIME)
    assert cells(page, "exam/sit") == [
        f"exam/sit exam/sit@{PRIME}",
        "failed",
        "failed on Tue 9 Feb 2027 (mark 42; bus late), to be sat again on Sat 13 Feb 2027 09:00",
    ]
    missed = page[page.index("Missed and failed") :]
    assert cells(missed, "run/one")[1:] == ["missed", "missed on Tue 2 Feb 2027, not placed again"]
    assert "Missed and failed" in page_of(plan, BACKUP)
    assert "exam/sit" not in str([one.of for one in progress_of(plan, BACKUP).mishaps])
    assert "Missed and failed" not in page_of(half_way(), PRIME)


def test_the_week_sheet_tells_what_was_failed_in_it_and_marks_the_re_sit() -> None:
    plan = failed_and_missed()
    sheets = sheets_of(plan, known_viewers(plan)[PRIME], Week.parse("2027-W06"))
    page = sheets_html(plan, sheets, None, progress_of(plan, PRIME).mishaps).decode()
    assert "failed on Tue 9 Feb 2027 (mark 42; bus late)" in page
    assert "missed on" not in page  # in the week before
    assert "re-sit: exam/sit" in page
    assert [one.full_title for one in sheets.entries] == ["Paper and pen: exam/sit (re-sit)"]


def test_the_swap_is_told_day_by_day_on_the_pages_of_both() -> None:
    plan = half_way()
    for who in (PRIME, BACKUP):
        page = page_of(plan, who)
        assert page.count("✗ no") == 56
        assert "✓ yes" not in page
        lacking = page[page.index("What is lacking") :]
        assert cells(lacking, "run/one")[1:] == ["session", "2 Feb 2027", "28 Feb 2027"]


def test_everything_on_pages_is_escaped() -> None:
    plan = half_way()
    term = plan.programme.term
    assert term is not None
    nasty = evolve(
        plan,
        programme=evolve(
            plan.programme,
            title=ATTACK,
            people=tuple(evolve(one, title=ATTACK) for one in plan.programme.people),
            certificates=tuple(evolve(one, title=ATTACK) for one in plan.programme.certificates),
            term=evolve(
                term,
                subjects=tuple(
                    evolve(one, title=ATTACK, sessions=tuple(evolve(each, title=ATTACK) for each in one.sessions))
                    for one in term.subjects
                ),
                classes=tuple(evolve(one, title=ATTACK) for one in term.classes),
            ),
        ),
    )
    progress = {who: progress_of(nasty, who) for who in (PRIME, BACKUP)}
    every = [sheets_of(nasty, viewer, None) for viewer in viewers_of(nasty)]
    index = index_html(nasty, every, progress, readiness_of(nasty)).decode()
    for page in (page_of(nasty, BACKUP), index):
        assert "<script" not in page
        assert "<img" not in page
        assert "{{ 7*7 }}" in page


def test_the_bar_of_a_class_is_to_scale() -> None:
    bar = class_bar(ClassProgress(id="x", title="x", done_min=60, to_come_min=120, missing_min=60), 480)
    drawn = dict(re.findall(r'<rect class="(\w+)"[^>]*width="([\d.]+)"', bar))
    assert drawn == {"done": "27.2", "tocome": "54.5", "missing": "27.2"}  # of 218 px


def test_a_certificate_is_drawn_from_the_day_it_is_earned() -> None:
    plan = half_way()
    term = plan.programme.term
    assert term is not None
    later = evolve(
        plan,
        placements=tuple(
            evolve(one, start=one.start.plus(days=7), end=one.end.plus(days=7)) if one.of == "exam/sit" else one
            for one in plan.placements
        ),
    )
    at = [
        float(
            re.findall(r'<rect class="valid" x="([\d.]+)"', certificate_picture(one, term, progress_of(one, PRIME)))[0]
        )
        for one in (plan, later)
    ]
    months = re.findall(r'<path class="month" d="M([\d.]+) ', certificate_picture(plan, term, progress_of(plan, PRIME)))
    february, march = map(float, months[:2])
    assert abs((at[1] - at[0]) - (march - february) / 4) < 0.3  # a week of the 28 days
    assert abs((at[0] - february) - 8 * (march - february) / 28) < 0.3


def swaps(*feasible: bool) -> Readiness:
    gap = Gap(kind="certificate", of="paper", title="Paper", first=date(2027, 2, 21), last=date(2027, 3, 9))
    return Readiness(
        prime=PRIME,
        backup=BACKUP,
        days=tuple(
            SwapDay(day=FIRST + timedelta(days=n), gaps=() if one else (gap,), to_earn=())
            for n, one in enumerate(feasible)
        ),
    )


def test_readiness_is_told_with_its_days_and_what_is_lacking() -> None:
    plan = half_way()
    who, lacking = f"{BACKUP} can fly instead of {PRIME}", "Paper is not valid from 21 Feb 2027 to 9 Mar 2027."
    assert readiness_text(plan, swaps(True, True)) == (
        f"{who}, on whichever day from 4 Jan 2027 to 5 Jan 2027 the swap falls."
    )
    assert readiness_text(plan, swaps(False, False)) == (
        f"{who} on no day from 4 Jan 2027 to 5 Jan 2027: the certificate {lacking}"
    )
    assert readiness_text(plan, swaps(True, False, True, True)) == (
        f"{who} where the swap falls on 4 Jan 2027 and 6 Jan 2027 to 7 Jan 2027; "
        f"on the other days from 4 Jan 2027 to 7 Jan 2027: the certificate {lacking}"
    )


def test_the_report_says_it_too() -> None:
    rich = rich_plan(sessions_each=9)
    page = report_html(rich, judgement_of(rich), track(2), readiness_of(rich)).decode()
    assert "Backup trainee can fly instead of Prime trainee" in page
    assert "can fly instead" not in report_html(rich, judgement_of(rich), track(2)).decode()
