"""What the impact on groups is evidence of, in plain sentences: never of why, and never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from hamsafar.selection.impact import GroupImpact, StageImpact


def told(stage: StageImpact) -> StageImpact:
    """The stage with a sentence of its own and one for each group."""
    groups = tuple(attrs.evolve(one, sentence=_of_group(one, stage)) for one in stage.groups)
    named = attrs.evolve(stage, groups=groups)
    return attrs.evolve(named, sentence=_of_stage(named))


def _of_group(one: GroupImpact, stage: StageImpact) -> str:
    if one.rate is None:
        return f"{one.group}: nobody entered, so there is no rate."
    said = f"{one.group}: {one.passed} of {one.entered} passed ({_percent(one.rate)})"
    if one.ratio is None:
        return f"{said}; nobody passed at all, so there is nothing to compare."
    if one.group == stage.best:
        return f"{said}, the highest rate{_tiny(one)}."
    said = f"{said}, {one.ratio:.2f} of the rate of {stage.best}"
    if not one.flag:
        near = "; one different person chosen would bring it below four fifths" if one.one_person else ""
        return f"{said}: not below four fifths{near}{_tiny(one)}."
    return f"{said}: below four fifths{_weak(one)}{_tiny(one)}."


def _weak(one: GroupImpact) -> str:
    """Why a flag may rest on few people."""
    why = []
    if one.one_person == "reverses":
        why.append("one different person chosen would reverse the order")
    if one.one_person == "lifts":
        why.append("one different person chosen would lift it to four fifths")
    if one.exact_p is not None and one.small_numbers and one.exact_p >= 0.05:
        why.append(f"chance alone gives as much with probability {p_value(one.exact_p)}")
    return f", on small numbers: {', and '.join(why)}" if why else ""


def _tiny(one: GroupImpact) -> str:
    return " (under 2 % of those who entered: no determination need be made of it)" if one.under_2_percent else ""


def _of_stage(stage: StageImpact) -> str:
    if stage.best is None:
        return "Nobody passed, so no group can be compared."
    if sum(one.rate is not None for one in stage.groups) < 2:
        return "Only one group entered, so there is nothing to compare."
    if not stage.flagged:
        return "No group's rate is below four fifths of the highest."
    who = ", ".join(stage.flagged)
    said = f"Below four fifths of the rate of {stage.best}: {who}. "
    if stage.small_numbers:
        return said + "The numbers are small: look at more stages or campaigns before concluding anything."
    few = [one.group for one in stage.groups if one.small_numbers]
    some = f" Of these, {', '.join(few)} on small numbers." if few else ""
    return f"{said}This is evidence of adverse impact, not of its cause; show that what is asked here matters.{some}"


def overall_notes(stages: Sequence[StageImpact], overall: Sequence[StageImpact]) -> tuple[str, ...]:
    """What the whole says of its parts: where the total is adverse, each component is to be tested."""
    notes = [_whole_note(one, [part for part in stages if part.by == one.by]) for one in overall]
    several = {one.by for one in stages if sum(not each.component for each in stages if each.by == one.by) > 1}
    for by in sorted(several - {one.by for one in overall}):
        of = f" by {by}" if by else ""
        notes.append(f"The stages{of} don't follow each other (more enter one than passed the one before): no total.")
    return tuple(notes)


def _whole_note(whole: StageImpact, parts: Sequence[StageImpact]) -> str:
    of = f" by {whole.by}" if whole.by else ""
    flagged = [f"{part.stage}{f' ({part.component})' if part.component else ''}" for part in parts if part.flagged]
    if whole.flagged:
        where = f"it arises at {', '.join(flagged)}" if flagged else "no single component shows it"
        return f"The total{of} is below four fifths for {', '.join(whole.flagged)}; each component was tested: {where}."
    if flagged:
        return f"The total{of} is not below four fifths, though these are: {', '.join(flagged)}."
    return f"Neither the total{of} nor any component is below four fifths."


def p_value(p: float) -> str:
    """`0.29`, or `1e-16` where it is tiny."""
    return f"{p:.2g}" if p >= 0.001 else f"{p:.0e}"


def _percent(rate: float) -> str:
    return f"{100 * rate:.3g} %"
