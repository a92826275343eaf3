"""Whether what is said of a newcomer's pace can be: nine in ten stay below more than the mean."""

from __future__ import annotations

from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.rules_section import RulesSection, figures
from hamsafar.programme.sections_aboard import ActivityEntry

_WIDEST = 2.27  # P90 to mean; no lognormal has more: exp(z^2 / 2) at z = 1.2816


def tell_pace(draft: Draft, entry: Entry[Any], activity: ActivityEntry) -> None:
    """A length that is fixed and has a factor; and factors that no distribution has."""
    pace = activity.pace
    if pace is None:
        return
    own = pace.model_dump(exclude={"fixed"}, exclude_none=True)
    if pace.fixed and own:
        draft.blame(entry, ("pace", next(iter(own))), "is no factor of a length that is fixed; leave one of them out")
        return
    book = _figures(draft)
    for when in ("first", "learned"):
        names = (f"{when}_mean", f"{when}_p90")
        said = [name for name in names if name in own]
        mean, p90 = (own.get(name, book[name]) for name in names)
        if said and (what := _misfit(mean, p90)):
            draft.blame(entry, ("pace", said[-1]), what)


def tell_paces(draft: Draft) -> None:
    """The same of the rule's own figures."""
    found = draft.once("rules", RulesSection)
    if found is None:
        return
    entry, section = found
    said = section.model_dump(by_alias=True, exclude_unset=True).get("CRW-20") or {}
    book = _figures(draft)
    for who in ("first", "learned", "experienced"):
        names = [name for name in (f"{who}_mean", f"{who}_p90") if name in said]
        what = _misfit(book[f"{who}_mean"], book[f"{who}_p90"])
        if names and what:
            draft.blame(entry, ("CRW-20", names[-1]), what)


def _figures(draft: Draft) -> dict[str, float]:
    found = draft.once("rules", RulesSection)
    return figures(found[1] if found else None)["CRW-20"]


def _misfit(mean: float, p90: float) -> str:
    if p90 < mean:
        return f"nine in ten would stay below {p90:g}, which is less than the mean, {mean:g}"
    if p90 > _WIDEST * mean:
        return f"no lognormal has a P90 ({p90:g}) of more than {_WIDEST} times its mean ({mean:g})"
    return ""
