"""`select trainees`: the selected become the trainees of the programme, with what their assessment showed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_replaceable, read_text, write_file
from hamsafar.app.selection.campaigns import record_of
from hamsafar.app.selection.cohorts import adjusted, needs_of_programme
from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.people import HeldCertificate
from hamsafar.domain.programme import Programme
from hamsafar.domain.selection import Decision, Medical
from hamsafar.domain.training import Subject
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme import read_programme
from hamsafar.programme.selection.people_file import Shown, people_named, with_people
from hamsafar.selection.finalists import Scores, needs_with
from hamsafar.store import Record

__all__ = ["Trainee", "Trainees", "trainees"]


@frozen(kw_only=True)
class Trainee:
    """One who was selected, as the programme takes them over. The file that is written says nothing of the code."""

    seat: str  # their id in the programme
    code: str
    languages: tuple[str, ...]  # new ones
    certificates: tuple[HeldCertificate, ...]
    below: tuple[str, ...]  # skills that were tested and fell short, so they are learnt in training
    limits: tuple[str, ...]  # of the medical verdict; a programme has no field for them: see to them by hand
    told: tuple[str, ...]  # what else the programme should know


@frozen(kw_only=True)
class Trainees:
    """Who becomes whom; `file`: the programme's file with their entries changed, where it was written."""

    trainees: tuple[Trainee, ...]
    source: Path  # the programme's file that names them
    file: Path | None = None


def trainees(
    folder: Path | str,
    programme: Path | str,
    *,
    out: Path | str | None = None,
    by: str | None = None,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Trainees:
    """The selected as trainees of a programme; `out` gets its file of people with their entries changed.

    A skill counts as shown where the adjusted score reaches what the flight needs, or the test's pass mark. One that is
    called as a language of the programme's sessions is spoken; as one of its certificates, it is held from the end of
    the stage for as long as it is valid. The programme is read again with the change before anything is written.
    Raises InputError where nobody was selected, two were for one seat, or the programme has no such trainee.
    """
    if out is not None:
        ensure_replaceable(Path(out))
    record = record_of(folder)
    flight = read_programme(Path(programme))
    gone = {code for code, said in record.standings_of_intake().items() if said == "withdrawn"}
    chosen = _selected(one for one in record.decisions() if one.candidate not in gone)
    _ensure_seats(flight, chosen, Path(programme))
    scores = adjusted(record, by=by, seed=seed, tell=tell)
    made = tuple(_trainee(record, flight, one, scores) for one in chosen)
    source = _source(Path(programme), [one.seat for one in made])
    if out is None:
        return Trainees(trainees=made, source=source)
    shown = {one.seat: Shown(languages=one.languages, certificates=one.certificates) for one in made}
    text = with_people(read_text(source), shown)
    _ensure_read(Path(programme), source, text)
    return Trainees(trainees=made, source=source, file=write_file(Path(out), [text.encode()]))


def _selected(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The last decision on each candidate, of those whom it selects, by seat."""
    last = {one.candidate: one for one in decisions}
    chosen = sorted((one for one in last.values() if one.outcome == "selected"), key=lambda one: one.seat or "")
    if not chosen:
        raise InputError("nobody has been selected yet; the board decides with `hamsafar select decide`")
    errors = [
        InputError(f"{one.candidate} is selected without a seat; decide again with one")
        for one in chosen
        if not one.seat
    ]
    seats = [one.seat for one in chosen if one.seat]
    errors += [
        InputError(f"{seats.count(seat)} candidates are selected for the seat {seat}")
        for seat in dict.fromkeys(seats)
        if seats.count(seat) > 1
    ]
    if errors:
        raise InputErrors(errors)
    return tuple(chosen)


def _unknown(skills: Sequence[str]) -> tuple[str, ...]:
    """What was shown and the programme can't take up, as it has no word for it."""
    if not skills:
        return ()
    return (f"showed {', '.join(skills)}: the programme has no language of a session and no certificate of that name",)


def _ensure_seats(flight: Programme, chosen: Iterable[Decision], where: Path) -> None:
    able = [person.id for person in flight.people if person.function == "trainee"]
    errors = [
        InputError(f"has no trainee {one.seat}; its trainees: {', '.join(able) or 'none'}", where=str(where))
        for one in chosen
        if one.seat not in able
    ]
    if errors:
        raise InputErrors(errors)


def _trainee(record: Record, flight: Programme, one: Decision, scores: Mapping[str, Sequence[Scores]]) -> Trainee:
    assert one.seat is not None, "those without were refused"
    campaign = record.campaign
    known = set(flight.person(one.seat).languages)
    spoken = {session.language for subject in _subjects(flight) for session in subject.sessions}
    valid = {certificate.id: certificate.valid_d for certificate in flight.certificates}
    languages, held, below, foreign = [], [], [], []
    for skill, (reached, stage) in _reached(campaign, flight, one.candidate, scores).items():
        if not reached:
            below.append(skill)
        elif skill in valid:
            until = stage.ends + timedelta(days=valid[skill])
            held.append(HeldCertificate(certificate=skill, valid_from=stage.ends, valid_until=until))
        elif skill in spoken:
            languages += [] if skill in known else [skill]
        else:
            foreign.append(skill)
    verdict = next((row for row in reversed(record.medicals()) if row.candidate == one.candidate), None)
    return Trainee(
        seat=one.seat,
        code=one.candidate,
        languages=tuple(languages),
        certificates=tuple(held),
        below=tuple(below),
        limits=() if verdict is None else verdict.limits,
        told=(*_told(flight, one, verdict), *_unknown(foreign)),
    )


def _subjects(flight: Programme) -> tuple[Subject, ...]:
    return () if flight.term is None else flight.term.subjects


def _reached(
    campaign: Campaign, flight: Programme, code: str, scores: Mapping[str, Sequence[Scores]]
) -> dict[str, tuple[bool, Stage]]:
    """Of each skill that was tested: whether it reached what is needed, and in which stage; the last stage counts."""
    asked = () if campaign.cohort is None else campaign.cohort.needs
    least = {need.skill: need.at_least for need in needs_with(asked, needs_of_programme(campaign, flight))}
    found: dict[str, tuple[bool, Stage]] = {}
    for stage in campaign.stages:
        for one in scores.get(stage.id, ()):
            skill = one.test.skill
            wanted = None if skill is None else least.get(skill, one.test.pass_mark)
            if skill is not None and wanted is not None and code in one.score:
                found[skill] = (one.score[code] >= wanted, stage)
    return found


def _told(flight: Programme, one: Decision, verdict: Medical | None) -> tuple[str, ...]:
    """What the programme can't say itself."""
    told = []
    if one.condition:
        told.append(f"selected on a condition: {one.condition}")
    ends = flight.flight.launch_window.end
    if verdict is None:
        told.append("no medical verdict is recorded")
    elif verdict.valid_until is not None and verdict.valid_until.isoformat() < ends.iso()[:10]:
        told.append(f"the medical verdict ends on {verdict.valid_until}, before the launch window does")
    return tuple(told)


def _source(folder: Path, seats: Sequence[str]) -> Path:
    """The programme's file that names all these people."""
    files = [path for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))) if path.is_file()]
    named = {path: set(people_named(read_text(path))) for path in files}
    for path, people in named.items():
        if set(seats) <= people:
            return path
    raise InputError(f"no single file names {' and '.join(seats)}; put them into one", where=str(folder))


def _ensure_read(folder: Path, source: Path, text: str) -> None:
    """Reads the programme with the changed file in place of its own; raises InputErrors where it can't be."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / folder.resolve().name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("out", ".*"))
        (copy / source.name).write_text(text, encoding="utf-8")
        read_programme(copy)
