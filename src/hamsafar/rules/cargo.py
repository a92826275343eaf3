"""Rules of what is used up, kept, and carried up and down."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

CARGO_RULES = (
    Rule("STO-01", "Nothing is used up beyond its stock.", source="resources of the programme", edition=4),
    Rule(
        "SMP-01",
        "A sample that needs cold stowage lies in it within its time after it was taken.",
        source="activities of the programme; samples into the freezer by a set time (iriss, flight day 9)",
        edition=4,
    ),
    Rule(
        "SMP-02",
        "A sample that returns is packed into the ship down after it was taken and stowed, before the hatch closes.",
        source="samples go into the ship on the last day (iriss, flight day 9)",
        edition=4,
    ),
    Rule(
        "SMP-03",
        "A sample that returns is on the ground before its life outside cold stowage is over.",
        source="activities of the programme; live payloads are handled in the hours before landing (agency, 2025)",
        edition=4,
    ),
    Rule(
        "CAR-01",
        "What goes up for the guest, and what comes down, weighs no more than the guest's share.",
        source="47 kg of samples of 26 experiments in one capsule (agency, 2025), so a few kg for a guest",
        params={
            "max_up_kg": Param(default=5, source="ours: a few kg", meaning="of the guest, in the ship up"),
            "max_down_kg": Param(default=5, source="ours: a few kg", meaning="of the guest, in the ship down"),
        },
        edition=4,
    ),
)
