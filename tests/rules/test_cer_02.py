"""CER-02: whoever may fly holds until landing what the flight asks for; what is held only when needed; refreshers."""

from datetime import date

from attrs import evolve

from aboard import activity, need
from ground import local, planned, refused
from hamsafar.domain.changes import Happened
from hamsafar.domain.people import Certificate, HeldCertificate
from hamsafar.domain.programme import Programme
from hamsafar.timeline import Instant
from programmes import After, person, phase, session, subject, tiny_programme

# Lift-off is Monday 2027-03-01 noon, landing a week later: 2027-03-08. The term begins on Monday 2027-02-01.
PRIME, BACKUP = person("trainee-prime"), person("trainee-backup", backs_up="trainee-prime")
COURSE = subject(
    session("p/theory"), session("p/exam", kind="exam", after=(After(of="p/theory"),)), certificate="payload"
)
REFRESHER = subject(session("again/run", phase="late"), refreshes="payload")
PHASES = {"phases": (phase(), phase("late", from_d=14, to_d=1))}


def asking(*subjects, valid_d: int = 30, asked: bool = True, trainees=(PRIME,), **more) -> Programme:
    experiment = activity("experiment", who=(need("trainee-prime", certificate="payload"),))
    return tiny_programme(
        *subjects,
        trainees=trainees,
        certificates=(Certificate(id="payload", title="Payload", valid_d=valid_d),),
        activities=(experiment,) if asked else (),
        in_term=PHASES,
        **more,
    )


def test_an_exam_comes_late_enough_for_the_certificate_to_last_until_landing() -> None:
    # Valid on 14 days, the first of them its own: from 2027-02-23 on it lasts until 2027-03-08.
    found = planned(asking(COURSE, valid_d=14))
    assert local(found["p/exam@trainee-prime"].start) >= "Tue 02-23"
    assert planned(asking(COURSE, valid_d=14), "CER-02")["p/exam@trainee-prime"].start.iso() < "2027-02-20"
    assert planned(asking(COURSE, valid_d=14, asked=False))["p/exam@trainee-prime"].start.iso() < "2027-02-20"


def test_what_flying_itself_asks_for_lasts_as_long() -> None:
    idle = asking(COURSE, valid_d=14, asked=False)
    flying = evolve(idle, certificates=(evolve(idle.certificates[0], for_flight=True),))
    assert local(planned(flying)["p/exam@trainee-prime"].start) >= "Tue 02-23"


def test_a_certificate_too_short_for_any_exam_in_its_phase_is_a_conflict_or_refreshed() -> None:
    early = evolve(COURSE, sessions=tuple(evolve(one, phase="early") for one in COURSE.sessions))
    phases = {"phases": (*PHASES["phases"], phase("early", from_d=28, to_d=20))}
    alone = evolve(asking(early, valid_d=14), term=tiny_programme(early, in_term=phases).term)
    assert refused(alone)["CER-02"] == "CER-02: trainee-prime holds until landing what the flight asks for; payload"
    assert planned(alone, "CER-02")
    both = evolve(alone, term=tiny_programme(early, REFRESHER, in_term=phases).term)
    found = planned(both)
    assert local(found["again/run@trainee-prime"].start) >= "Tue 02-23"


def test_the_backup_is_kept_as_ready_as_the_prime() -> None:
    held = HeldCertificate(certificate="payload", valid_from=date(2027, 1, 1), valid_until=date(2027, 3, 7))
    lasting = evolve(held, valid_until=date(2027, 3, 8))
    for certificate, wanted in ((held, {"again/run@trainee-backup"}), (lasting, set())):
        backup = evolve(BACKUP, certificates=(certificate,))
        prime = evolve(PRIME, certificates=(lasting,))
        assert set(planned(asking(REFRESHER, trainees=(prime, backup)))) == wanted


def test_what_was_passed_is_refreshed_only_where_it_would_lapse() -> None:
    for day, wanted in ((21, True), (23, False)):
        then = Instant.utc(2027, 2, day - 7, 1, 0)
        done = (
            Happened(placement="p/theory@trainee-prime", start=then, end=then.plus(hours=1), people=("trainee-prime",)),
            Happened(
                placement="p/exam@trainee-prime",
                start=then.plus(hours=1),
                end=then.plus(hours=2),
                people=("trainee-prime",),
            ),
        )
        asked = asking(COURSE, REFRESHER, valid_d=21, past_until=then.plus(hours=3), happened=done)
        assert ("again/run@trainee-prime" in planned(asked)) is wanted


def test_a_subject_held_only_when_needed_follows_the_flight() -> None:
    course = evolve(COURSE, only_when_needed=True)
    assert set(planned(asking(course))) == {"p/theory@trainee-prime", "p/exam@trainee-prime"}
    assert planned(asking(course, asked=False)) == {}
    day = subject(session("day/run", needs=("payload",)))
    assert set(planned(asking(course, day, asked=False))) == {"day/run@trainee-prime"}


def test_what_it_needs_itself_is_held_with_it() -> None:
    racks = subject(session("racks/check", kind="exam"), certificate="rack", only_when_needed=True)
    theory, exam = COURSE.sessions
    course = evolve(COURSE, only_when_needed=True, sessions=(evolve(theory, needs=("rack",)), exam))
    asked = asking(racks, course)
    asked = evolve(asked, certificates=(*asked.certificates, Certificate(id="rack", title="Rack")))
    assert "racks/check@trainee-prime" in planned(asked)
    assert planned(evolve(asked, activities=())) == {}
