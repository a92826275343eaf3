"""Letters to candidates, as plain text: what happened, why, and what comes next until when. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from attrs import frozen

KINDS: Mapping[str, str] = {
    "received": "Your application was received",
    "not-valid": "Your application can't be read as it is",
    "criterion-failed": "The criteria were not met",
    "delayed": "Your answer comes later",
    "invited": "Your appointments",
    "advanced": "You go on",
    "conditional": "You go on, on a condition",
    "reserve": "You are in reserve",
    "stopped": "You don't go on",
    "selected": "You are selected",
}


@frozen(kw_only=True)
class Letter:
    """What one letter says. `lines`: what is the candidate's own, one sentence each."""

    kind: str
    code: str
    campaign: str
    stage: str
    lines: tuple[str, ...] = ()
    due: date | None = None  # of what comes next


def letter_text(letter: Letter) -> str:
    """The letter, ending in a newline."""
    parts = [f"{letter.campaign}: {KINDS[letter.kind]}", f"Your code: {letter.code}", "", *_body(letter)]
    if letter.lines:
        parts += ["", *(f"- {line}" for line in letter.lines)]
    parts += ["", *_end(letter), "", "You may ask for all that is kept about you, and withdraw at any time."]
    return "\n".join(parts) + "\n"


def _body(letter: Letter) -> Sequence[str]:
    stage = letter.stage
    said: Mapping[str, Sequence[str]] = {
        "received": ["Thank you. Your application is complete and readable."],
        "not-valid": ["Thank you. Some answers are missing or can't be read:"],
        "criterion-failed": [f"In the stage '{stage}' these conditions were looked at:"],
        "delayed": [f"We owe you an answer on the stage '{stage}', and have not kept the date we gave. We are sorry."],
        "invited": [f"You are invited in the stage '{stage}':"],
        "advanced": [f"You have passed the stage '{stage}'."],
        "conditional": [f"You have passed the stage '{stage}' on a condition:"],
        "reserve": [f"After the stage '{stage}' you are in reserve: you go on if somebody ahead of you withdraws."],
        "stopped": [f"After the stage '{stage}' the board has decided that you don't go on."],
        "selected": ["The board has selected you."],
    }
    return said[letter.kind]


def _end(letter: Letter) -> Sequence[str]:
    if letter.kind == "not-valid":
        return [f"You can mend it until {letter.due}, the last day."]
    if letter.kind in ("criterion-failed", "stopped"):
        return ["Your personal data are deleted on the date that the campaign named."]
    if letter.due is not None:
        return [f"You hear from us by {letter.due}."]
    return ["You hear from us about what comes next."]
