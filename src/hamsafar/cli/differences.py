"""What `diff` and `versions` do; and how changes of placements are told, to people and in JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant, local_label

if TYPE_CHECKING:
    from hamsafar.app.diffing import Counts, Diff, Difference, FlightEvent, WindowChange
    from hamsafar.app.versions import Known, Versions
    from hamsafar.domain.plan import OpenSpan, Placement, Plan

_MOST_TOLD = 12  # of a kind on a screen; --json names all
_DIGITS = 12  # of a digest, for people
_MINUTES_A_DAY = 1_440

_MOVED, _ALTERED, _ADDED = "moved", "with other people or another length", "added"
_LEFT_OUT, _GONE = "left out", "not asked for any more"  # of what was dropped: what the plan lists, and the rest
_WINDOW_CHANGES = ("moved", "restated", "appeared", "vanished")

_PART = "; "  # between the parts of a reason, from what many share to what is its own
_SCREEN = 20  # lines of changes by their causes, all in all

Why = Callable[[str], str]
_Group = tuple[str, list[str]]  # a heading and its lines
_Told = tuple[str, "Difference"]  # what became of it, and it


def diff(before: Path, after: Path, as_json: bool) -> None:
    """`hamsafar diff`."""
    from hamsafar.app.operations.files import is_week

    if is_week(before) or is_week(after):
        from hamsafar.cli import operations

        operations.diff(before, after, as_json)
        return
    with Teller("Reading both plans"):
        from hamsafar.app.diffing import diff as run

        answer = run(before, after)
    if as_json:
        print_json(_diff_document(answer, before, after))
    else:
        _print_diff(answer, before, after)


def versions(plan: Path, as_json: bool) -> None:
    """`hamsafar versions`."""
    with Teller("Reading the plan and those beside it"):
        from hamsafar.app.versions import versions as run

        answer = run(plan)
    if as_json:
        print_json(_versions_document(answer))
    else:
        _print_versions(answer)


# In JSON


def difference_rows(found: Iterable[Difference], why: Why) -> list[dict[str, Any]]:
    """Changes of placements as JSON carries them."""
    return [_row(one, why) for one in found]


def _row(one: Difference, why: Why) -> dict[str, Any]:
    before, after, now = one.before, one.after, one.placement
    return {
        "activity": now.id,
        "of": now.of,
        "title": now.title,
        "stage": now.stage,
        "from": None if before is None else before.start.exact_iso(),
        "to": None if after is None else after.start.exact_iso(),
        "from_end": None if before is None else before.end.exact_iso(),
        "to_end": None if after is None else after.end.exact_iso(),
        "shift_min": one.shift_min,
        "relative_shift_min": one.relative_shift_min,
        "people": {"from": _people(before), "to": _people(after)},
        "promised": one.promised,
        "why": why(now.id),
    }


def _people(placement: Placement | None) -> list[str] | None:
    return None if placement is None else list(placement.person_ids)


def change_lists(answer: Diff, why: Why) -> dict[str, Any]:
    """What `diff` and `replan` have in common: the lists of changes, how many stayed, the flight and the stay."""
    placements = answer.placements
    return {
        "moved": difference_rows(placements.of_kind("moved"), why),
        "altered": difference_rows(placements.of_kind("altered"), why),
        "added": difference_rows(placements.of_kind("added"), why),
        "dropped": difference_rows(placements.of_kind("dropped"), why),
        "left_out": sorted(
            id_ for one in placements.of_kind("dropped") if (id_ := one.placement.id) in answer.left_out
        ),
        "unchanged": placements.unchanged,
        "stay_moved_d": placements.stay_moved_d,
        "flight": [_event_row(event) for event in answer.flight if event.shift_s],
    }


def _event_row(event: FlightEvent) -> dict[str, Any]:
    return {
        "event": event.name,
        "from": event.before.exact_iso(),
        "to": event.after.exact_iso(),
        "shift_s": round(event.shift_s, 3),
    }


def _diff_document(answer: Diff, before: Path, after: Path) -> dict[str, Any]:
    return {
        "from": _plan_row(answer.before, before),
        "to": _plan_row(answer.after, after),
        "follows": answer.follows,
        **change_lists(answer, answer.why),
        "windows": [_window_row(one) for one in answer.windows],
        "programme": list(answer.programme),
    }


def _plan_row(plan: Plan, path: Path) -> dict[str, Any]:
    return {
        "plan": str(path),
        "programme": plan.programme.id,
        "title": plan.programme.title,
        "version": plan.versions[-1].number,
        "verdict": plan.verdict,
    }


def _window_row(one: WindowChange) -> dict[str, Any]:
    return {
        "window": one.name,
        "change": one.change,
        "from": _open(one.before),
        "to": _open(one.after),
        "shift_s": None if one.shift_s is None else round(one.shift_s, 3),
    }


def _open(window: OpenSpan | None) -> dict[str, Any] | None:
    return None if window is None else {"start": window.start.iso(3), "end": window.end.iso(3)}


def _versions_document(answer: Versions) -> dict[str, Any]:
    return {
        "programme": answer.plan.programme.id,
        "title": answer.plan.programme.title,
        "versions": [_version_row(known) for known in answer.chain],
    }


def _version_row(known: Known) -> dict[str, Any]:
    one = known.version
    return {
        "version": one.number,
        "title": one.title,
        "asked_by": one.asked_by,
        "asked_on": None if one.asked_on is None else one.asked_on.isoformat(),
        "why": one.why,
        "change": one.change,
        "stay_moved_d": one.stay_moved_d,
        "digest": known.digest,
        "parent": one.parent or None,
        "file": None if known.file is None else str(known.file),
        "verdict": known.verdict,
        **_count_rows(known),
    }


def _count_rows(known: Known) -> dict[str, int | None]:
    """How many of the placements before lie elsewhere, and so on; null where the version isn't there."""
    names = ("unchanged", "moved", "altered", "left_out", "gone", "added")
    return {name: None if known.counts is None else getattr(known.counts, name) for name in names}


# For people


def _print_diff(answer: Diff, before: Path, after: Path) -> None:
    typer.echo(answer.after.programme.title)
    typer.echo(f"{_named(answer.before, before)} -> {_named(answer.after, after)}")
    if answer.is_empty:
        typer.echo("Nothing differs.")
        return
    print_flight(answer)
    print_placements(answer, answer.why)
    if answer.windows:
        counts = [(name, sum(one.change == name for one in answer.windows)) for name in _WINDOW_CHANGES]
        typer.echo("Windows: " + ", ".join(f"{number:,} {name}" for name, number in counts if number))
    if answer.programme:
        typer.echo("The programme asks for something else:")
        _print_some([f"  {line}" for line in answer.programme])


def _named(plan: Plan, path: Path) -> str:
    own = plan.versions[-1]
    return f"version {own.number} ({path})" + (f": {own.title}" if own.title else "")


def print_flight(answer: Diff) -> None:
    """Which moments of the flight moved, by how much, and the stay with them."""
    for event in answer.flight:
        if event.shift_s:
            typer.echo(f"{event.name.capitalize():<14} {event.before.iso()} -> {event.after.iso()} ({_shift_s(event)})")
    days = answer.placements.stay_moved_d
    if days:
        typer.echo(
            f"The stay moved by {_days(days)} with the flight; below is what lies elsewhere in it, by flight day and "
            "station clock."
        )


def _shift_s(event: FlightEvent) -> str:
    return f"{event.shift_s:+.0f} s" if abs(event.shift_s) < 60 else shift_text(round(event.shift_s / 60))


def _days(days: int) -> str:
    return f"{days:+d} day{'' if abs(days) == 1 else 's'}"


def shift_text(minutes: int) -> str:
    """`+10 d 0 h 12 min`, `-25 min`: a shift as people say it."""
    days, rest = divmod(abs(minutes), _MINUTES_A_DAY)
    hours, left = divmod(rest, 60)
    parts = [f"{number} {unit}" for number, unit in ((days, "d"), (hours, "h"), (left, "min")) if number]
    return ("-" if minutes < 0 else "+") + (" ".join(parts) or "0 min")


def print_placements(answer: Diff, why: Why) -> None:
    """How many stayed, and what moved, was altered, came and went; each with why, where that is known."""
    typer.echo(f"{stayed(answer.counts)}.")
    for word, found in _told_apart(answer):
        if found:
            typer.echo(f"{word.capitalize()}:")
            _print_some([line(one, why) for one in found])


def _told_apart(answer: Diff) -> list[tuple[str, list[Difference]]]:
    """What differs by what became of it, each in the order of time."""
    found, listed = answer.placements, answer.left_out
    dropped = found.of_kind("dropped")
    apart = (
        (_MOVED, found.of_kind("moved")),
        (_ALTERED, found.of_kind("altered")),
        (_LEFT_OUT, [one for one in dropped if one.placement.id in listed]),
        (_GONE, [one for one in dropped if one.placement.id not in listed]),
        (_ADDED, found.of_kind("added")),
    )
    return [(word, sorted(ones, key=_first_start)) for word, ones in apart]


def _first_start(one: Difference) -> tuple[Instant, str]:
    """Where it was, or where it came."""
    return (one.before or one.placement).start, one.placement.id


def stayed(counts: Counts) -> str:
    """`608 of 612 placements stayed where they were; 3 moved, 1 left out; 2 added`: the first ones add up."""
    apart = (
        (_MOVED, counts.moved),
        (_ALTERED, counts.altered),
        (_LEFT_OUT, counts.left_out),
        (_GONE, counts.gone),
    )
    parts = [
        f"{counts.unchanged} of {counts.before} placements stayed where they were",
        ", ".join(f"{number} {word}" for word, number in apart if number),
        f"{counts.added} {_ADDED}" if counts.added else "",
    ]
    return "; ".join(part for part in parts if part)


def print_by_cause(answer: Diff, why: Why) -> None:
    """The same changes under their causes, in the order of time; no more of each than a screen takes."""
    groups = [group for found in _bundles(answer) for group in _groups(found, why)]
    most = next((number for number in range(_MOST_TOLD, 1, -1) if _height(groups, number) <= _SCREEN), 1)
    for heading, lines in groups:
        typer.echo(f"{heading}:")
        for text in lines[:most]:
            typer.echo(text)
    unsaid = sum(len(lines[most:]) for _, lines in groups)
    if unsaid:
        typer.echo(f"... and {unsaid} more of these; --json names all")


def _height(groups: Iterable[_Group], most: int) -> int:
    return 1 + sum(1 + min(len(lines), most) for _, lines in groups)


def _bundles(answer: Diff) -> list[list[_Told]]:
    """What is told together where the reason is the same: all that is still there; the rest, each kind by itself."""
    told = [[(word, one) for one in found] for word, found in _told_apart(answer)]
    still_there = sorted((*told[0], *told[1]), key=lambda each: _first_start(each[1]))
    return [still_there, *told[2:]]


def _groups(found: Sequence[_Told], why: Why) -> list[_Group]:
    """Those whose reasons begin alike, by the first of each; then those that are alone with theirs, together."""
    begun: dict[str, list[_Told]] = {}
    for word, one in found:
        begun.setdefault(why(one.placement.id).partition(_PART)[0], []).append((word, one))
    alone = [together[0] for together in begun.values() if len(together) == 1]
    groups = [_group(together, why) for together in begun.values() if len(together) > 1]
    return [*groups, _group(alone, why)] if alone else groups


def _group(found: Sequence[_Told], why: Why) -> _Group:
    """What their reasons have in common is the heading; the rest stands with each. What is promised comes first."""
    reasons = {one.placement.id: why(one.placement.id).split(_PART) for _, one in found}
    known = list(reasons.values())
    common = next((k for k, parts in enumerate(zip(*known, strict=False)) if len(set(parts)) > 1), min(map(len, known)))
    words = " or ".join(dict.fromkeys(word for word, _ in found))
    number = f" ({len(found)})" if len(found) > 1 else ""
    cause = _PART.join(known[0][:common]) or ("each for its own reason" if len(found) > 1 else "")
    heading = words.capitalize() + number + (f", {cause}" if cause else "")
    in_order = sorted((one for _, one in found), key=lambda one: not one.promised)
    return heading, [line(one, lambda id_: _PART.join(reasons[id_][common:])) for one in in_order]


def line(one: Difference, why: Why) -> str:
    """`  exam@trainee-prime  2027-02-08 09:00 -> 2027-02-09 14:00 +08:00 (+1 d 5 h), promised: why`."""
    before, after, now = one.before, one.after, one.placement
    parts = [_when(before, after)]
    if one.relative_shift_min:
        parts.append(f"({shift_text(one.relative_shift_min)}{' in the stay' if one.stay_moved_min else ''})")
    if before is not None and after is not None:
        parts += _altered(before, after)
    told = f"  {now.id}  {' '.join(parts)}" + (", promised" if one.promised else "")
    reason = why(now.id)
    return f"{told}: {reason}" if reason else told


def _when(before: Placement | None, after: Placement | None) -> str:
    starts = [local_label(one.start, one.zone) for one in (before, after) if one is not None]
    return starts[0] if len(set(starts)) == 1 else f"{starts[0][:16]} -> {starts[1]}"


def _altered(before: Placement, after: Placement) -> list[str]:
    parts: list[str] = []
    gone = [one for one in before.person_ids if one not in after.person_ids]
    new = [one for one in after.person_ids if one not in before.person_ids]
    if gone or new:
        parts.append(", ".join([*(f"without {one}" for one in gone), *(f"with {one}" for one in new)]))
    old_min, new_min = _minutes(before), _minutes(after)
    if old_min != new_min:
        parts.append(f"{new_min} min instead of {old_min}")
    return parts


def _minutes(placement: Placement) -> int:
    return placement.end.floor_utc_minute() - placement.start.floor_utc_minute()


def _print_some(lines: Sequence[str]) -> None:
    for text in lines[:_MOST_TOLD]:
        typer.echo(text)
    if len(lines) > _MOST_TOLD:
        typer.echo(f"  ... and {len(lines) - _MOST_TOLD} more; --json names all")


def _print_versions(answer: Versions) -> None:
    typer.echo(answer.plan.programme.title)
    for known in answer.chain:
        one = known.version
        asked = ", ".join(part for part in (one.asked_by, "" if one.asked_on is None else str(one.asked_on)) if part)
        title = one.title or ("planned" if one.number == 1 else "no title")
        typer.echo(f"{one.number:>3}  {title}" + (f" (asked by {asked})" if asked else ""))
        if one.why:
            typer.echo(f"     why: {one.why}")
        if one.stay_moved_d:
            typer.echo(f"     the stay moved by {_days(one.stay_moved_d)}")
        where = "not beside this plan" if known.file is None else str(known.file)
        verdict = "" if known.verdict is None else f", {known.verdict}"
        typer.echo(f"     {known.digest[:_DIGITS] or 'no digest'}  {where}{verdict}")
        if known.counts is not None and one.number > 1:
            typer.echo(f"     {stayed(known.counts)}")
