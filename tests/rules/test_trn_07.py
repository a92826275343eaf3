"""TRN-07: nothing demanding starts while somebody recovers; to the minute, for attendees only, either order free."""

from ground import minutes_between, planned, refused
from programmes import After, person, phase, session, subject, tiny_programme

MORNING = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}  # Monday 2027-02-15, 08:00 to 12:00


def spin_and_drill(recovery_min: int, *, demanding: bool = True, after: tuple[After, ...] = (After(of="a/spin"),)):
    spin = session("a/spin", 60, recovery_min=recovery_min)
    return subject(spin, session("a/drill", 60, demanding=demanding, after=after))


def test_recovery_is_kept_to_the_minute() -> None:
    fits = planned(tiny_programme(spin_and_drill(120), in_term=MORNING))
    assert minutes_between(fits["a/spin@trainee-prime"], fits["a/drill@trainee-prime"]) == 120
    too_long = tiny_programme(spin_and_drill(121), in_term=MORNING)
    said = refused(too_long)["TRN-07"]
    assert said == "TRN-07: nothing demanding while recovering from a/spin@trainee-prime; a/drill@trainee-prime"
    assert len(planned(too_long, "TRN-07")) == 2


def test_what_is_not_demanding_needs_no_recovery() -> None:
    assert len(planned(tiny_programme(spin_and_drill(121, demanding=False), in_term=MORNING))) == 2


def test_before_the_strain_nobody_has_to_recover() -> None:
    fits = planned(tiny_programme(spin_and_drill(121, after=()), in_term=MORNING))
    assert fits["a/drill@trainee-prime"].end <= fits["a/spin@trainee-prime"].start


def test_only_who_was_there_recovers() -> None:
    two = (person("trainee-prime"), person("trainee-backup"))
    spin = subject(session("a/spin", 60, recovery_min=600), trainees=("trainee-prime",))
    drill = subject(
        session("b/drill", 60, demanding=True, after=(After(of="a/spin"),), attendance="together"),
        trainees=("trainee-backup",),
    )
    other = tiny_programme(spin, drill, trainees=two, in_term=MORNING)
    assert len(planned(other)) == 2
    joining = session("b/drill", 60, demanding=True, after=(After(of="a/spin"),), attendance="each",
                      joined_by=("trainee-prime",))  # fmt: skip
    both = tiny_programme(spin, subject(joining, trainees=("trainee-backup",)), trainees=two, in_term=MORNING)
    assert len(planned(both)) == 2  # nothing orders the two, so the drill goes first
