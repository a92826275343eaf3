"""What is told of a programme that has no plan, besides the conflict: its places in the files, and changes as texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from hamsafar.errors import InputErrors
from hamsafar.planning.answer import NoPlan, Relaxed, Undecided
from hamsafar.planning.words import Clash
from hamsafar.programme.change_form import form_of
from hamsafar.programme.places import places_in

__all__ = ["Clash", "NoPlan", "Relaxed", "Undecided", "change_form", "with_places"]

_MOST_PLACES = 3  # of one sentence


def with_places(answer: NoPlan, folder: Path) -> NoPlan:
    """The same, each sentence with the lines of the programme's files that it speaks of."""
    try:
        places = places_in(folder)
    except InputErrors:  # the files changed while we planned
        return answer
    others = tuple(_placed(conflict, places) for conflict in answer.others)
    return evolve(answer, clashes=_placed(answer.clashes, places), others=others)


def change_form(relaxed: Relaxed) -> dict[str, Any] | None:
    """What a change file would say of it, but for who asks; None where no change file can say it."""
    if relaxed.as_change is None:
        return None
    form = form_of(relaxed.as_change)
    form.pop("change", None)
    return form


def _placed(conflict: Iterable[Clash], places: Mapping[str, tuple[str, ...]]) -> tuple[Clash, ...]:
    return tuple(evolve(clash, where=_where(clash, places)) for clash in conflict)


def _where(clash: Clash, places: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The rule's own figures, and whoever and whatever its tags name, as `file:line:column`."""
    names = [clash.rule, *(name for tag in clash.tags for name in (tag.place, _of(tag.place), _of(tag.detail)))]
    if clash.rule.startswith(("FLT", "SEA")):
        names.append("flight")
    if clash.rule == "CRW-21":
        names = ["hosts_minutes"]
    elif clash.rule == "CRW-09":
        names = [*(f"hosts_minutes/{tag.place}" for tag in clash.tags), *names]
    found = (place for name in dict.fromkeys(names) for place in places.get(name, ()))
    return tuple(dict.fromkeys(found))[:_MOST_PLACES]


def _of(placement: str) -> str:
    """The activity or session that a placement is an occurrence of."""
    return placement.partition("@")[0].partition("#")[0]
