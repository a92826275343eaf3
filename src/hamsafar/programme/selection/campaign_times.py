"""The dates of a campaign in their order: nobody waits for something that is never done, or done too late."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.selection import campaign_model as written
from hamsafar.programme.selection.campaign_resolve import day_of, minutes_of

_Stage = tuple[Entry[Any], written.StageEntry]


def tell_times(draft: Draft) -> None:
    """Every date that contradicts another, in the draft's problems."""
    found = draft.once("campaign", written.CampaignSection)
    stages: list[_Stage] = list(draft.of("stages", written.StageEntry))
    if found is None or not stages:
        return
    head, campaign = found
    closes = day_of(campaign.closes, campaign.opens)
    if closes < campaign.opens:
        draft.blame(head, ("closes",), "lies before 'opens'")
    if day_of(stages[0][1].ends, campaign.opens) < closes:
        draft.blame(stages[0][0], ("ends",), f"the first stage ends before applications close on {closes}")
    for entry, stage in stages:
        _tell_stage(draft, entry, stage, campaign.opens)
    for before, after in pairwise(stages):
        _tell_next(draft, before, after, campaign.opens)
    if stages[-1][1].passes_on is not None:
        draft.problems.add(
            stages[-1][0].place("passes_on"), "is the last stage, so nothing waits for what it passes on"
        )
    _tell_retention(draft, max(day_of(stage.answer_due, campaign.opens) for _, stage in stages), campaign.opens)


def _tell_stage(draft: Draft, entry: Entry[Any], stage: written.StageEntry, opens: date) -> None:
    begins, ends, due = (day_of(day, opens) for day in (stage.begins, stage.ends, stage.answer_due))
    if begins < opens:
        draft.blame(entry, ("begins",), f"lies before the campaign opens on {opens}")
    if ends < begins:
        draft.blame(entry, ("ends",), f"lies before the stage begins on {begins}")
    if due < ends:
        draft.blame(entry, ("answer_due",), f"lies before the stage ends on {ends}")
    if minutes_of(stage.day_ends, 17 * 60) <= minutes_of(stage.day_begins, 9 * 60):
        draft.problems.add(entry.place("day_ends"), "test days end before they begin")


def _tell_next(draft: Draft, before: _Stage, after: _Stage, opens: date) -> None:
    (entry, stage), (next_entry, following) = before, after
    begins = day_of(following.begins, opens)
    if begins <= day_of(stage.ends, opens):
        draft.blame(next_entry, ("begins",), f"should lie after {stage.id!r} ends on {day_of(stage.ends, opens)}")
    if begins < day_of(stage.answer_due, opens):
        what = f"should not lie before the answers of {stage.id!r} are due on {day_of(stage.answer_due, opens)}"
        draft.blame(next_entry, ("begins",), what)
    passed = stage.passes_on
    if following.run_by != stage.run_by and passed is None:
        what = f"the next stage is run by {following.run_by!r}, which would wait for ever: say what it 'passes_on'"
        draft.problems.add(entry.place(), what)
    if passed is None:
        return
    if following.run_by not in (stage.run_by, passed.to):
        draft.blame(entry, ("passes_on", "to"), f"the next stage is run by {following.run_by!r}")
    if day_of(passed.due, opens) > begins:
        draft.blame(entry, ("passes_on", "due"), f"is after {following.id!r} begins on {begins}")
    if day_of(passed.due, opens) < day_of(stage.ends, opens):
        draft.blame(entry, ("passes_on", "due"), f"is before the stage ends on {day_of(stage.ends, opens)}")


def _tell_retention(draft: Draft, last_answer: date, opens: date) -> None:
    found = draft.once("retention", written.RetentionSection)
    if found is None:
        return
    entry, kept = found
    for name, day in (("not_chosen", kept.not_chosen), ("chosen", kept.chosen)):
        if day_of(day, opens) < last_answer:
            draft.blame(entry, (name,), f"lies before the last answers are due on {last_answer}")
    if day_of(kept.chosen, opens) < day_of(kept.not_chosen, opens):
        draft.blame(entry, ("chosen",), "lies before 'not_chosen'")
