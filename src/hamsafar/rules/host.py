"""Rules of what guest and host agree on."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

HOST_RULES = (
    Rule(
        "HST-01",
        "What the host has fixed lies where it lies, and everybody whom it takes is in it and free for it.",
        source="the host owns the timeline; what it sent of it",
        edition=4,
    ),
    Rule(
        "HST-02",
        "What the host refused is left out; what it granted or moved lies where that was agreed, with the same people.",
        source="answers of the host to the numbered requests",
        params={
            "answer_before_launch_d": Param(default=30, source="ours", meaning="latest answer, before lift-off"),
            "answer_before_h": Param(
                default=72, source="ours", meaning="latest answer, before the activity, where the other has gone by"
            ),
        },
        edition=4,
    ),
)
