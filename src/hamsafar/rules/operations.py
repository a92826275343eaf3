"""Rules of a lunar CubeSat's week. A book of its own: a flight's plan is not judged by it."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

_TIMING = {
    "timing_sigmas": Param(
        default=2, source="ours", meaning="windows are shortened by so many sigmas of the orbit's timing"
    ),
    "tolerance_s": Param(
        default=5,
        source="ours: light time is 1.3 s, and the second opinion's Moon up to 35 km from where it is",
        meaning="the second opinion's own geometry may put the end of an opening so far elsewhere",
    ),
}

OPERATIONS_RULES = (
    Rule(
        "OPS-01",
        "Everything that is placed is something that the file asks for, lasts as long as asked, and lies in the week.",
        source="the mission's file",
    ),
    Rule(
        "OPS-02",
        "Commissioning comes first: its steps in the order asked for, and no picture before the last ends.",
        source="practice of small satellites; success was first set as separation and telemetry",
    ),
    Rule(
        "OPS-03",
        "The craft does one thing at a time, and between two that point differently lie the slew and the settling.",
        source="one attitude at a time",
    ),
    Rule(
        "OPS-04",
        "A picture is taken while its target is in view: lit as asked, not too oblique, near enough, the Sun outside "
        "of the camera's sight, for the whole exposure.",
        source="the mission's file",
        params=_TIMING,
    ),
    Rule(
        "OPS-05",
        "A transmission lies in one contact of its station: above its horizon and mask, the Moon not between, and the "
        "link closing with its margin all along.",
        source="link budget",
        params=_TIMING,
    ),
    Rule(
        "OPS-06",
        "A station is used only while it is booked, where it needs booking, and never while it is closed.",
        source="station bookings",
    ),
    Rule(
        "OPS-07",
        "The transmitter is on for no shorter and no longer at a time, no longer in any 24 h, and rests as long "
        "as it must.",
        source="its temperature",
    ),
    Rule("OPS-08", "The data store never holds more than it can.", source="the mission's file"),
    Rule(
        "OPS-09",
        "What is sent was in the store, and is no more than the link's rate brings down in the time.",
        source="the link's rate of payload bits",
    ),
    Rule(
        "OPS-10",
        "The battery never falls below its lowest share.",
        source="power budget",
        params={"step_s": Param(default=60, source="ours", meaning="how finely it is followed")},
    ),
    Rule("OPS-11", "The craft is heard at least so often.", source="the mission's file"),
    Rule(
        "OPS-12",
        "What must be done in contact or in sunlight is.",
        source="the mission's file",
        params=_TIMING,
    ),
    Rule(
        "OPS-13",
        "Every step that must be done is done as often as asked, no closer than its spacing; every wish is placed or "
        "told as left out.",
        source="the mission's file",
    ),
    Rule(
        "OPS-14",
        "A picture is home when all of its data were sent after it was taken, and by its date; one that failed never "
        "is.",
        source="the mission's file",
    ),
    Rule(
        "OPS-15",
        "The orbit that the plan rests on is one that the Moon, the Earth and the Sun allow.",
        source="physics",
        params={
            "off_km": Param(
                default=1.0, source="ours", meaning="the verifier's own orbit may differ by so much between rows"
            )
        },
    ),
)

OPERATIONS_BOOK = {rule.id: rule for rule in OPERATIONS_RULES}
