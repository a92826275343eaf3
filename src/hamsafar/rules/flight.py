"""Rules of the flight: launch, rendezvous, stay, return, seats."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

FLIGHT_RULES = (
    Rule("FLT-01", "Lift-off lies inside the launch window that was asked for.", source="the programme's request"),
    Rule(
        "FLT-02",
        "Lift-off happens when the pad stands in the station's orbit plane, moved by the ship's offset.",
        source="orbital mechanics; offsets calibrated on flights that happened (catalogue)",
        params={
            "tolerance_s": Param(
                default=10, source="ours: two independent models agree within a few seconds", meaning="largest misfit"
            )
        },
    ),
    Rule(
        "FLT-03",
        "The rendezvous follows an accepted profile of the ship: the station's phase at lift-off lies in its band, "
        "and docking comes after its duration.",
        source="profiles flown so far (catalogue)",
        params={
            "phase_tolerance_deg": Param(
                default=0.2, source="ours: two independent models agree within this", meaning="largest misfit of phase"
            ),
            "docking_tolerance_s": Param(
                default=30, source="ours: docking is planned to the minute", meaning="largest misfit of docking"
            ),
        },
    ),
    Rule(
        "FLT-04",
        "The stay from docking to undocking is as long as asked, within its tolerance.",
        source="the programme's request",
    ),
    Rule(
        "FLT-05",
        "The return follows the ship's return profile: its time from undocking to landing, the site close enough to "
        "the orbit plane, the station where it was at real landings.",
        source="returns flown so far (catalogue)",
        params={
            "spread_sigmas": Param(default=3, source="ours", meaning="how many of the profile's sigmas are accepted"),
            "crossrange_tolerance_deg": Param(
                default=0.05, source="ours: two independent models agree within this", meaning="misfit of the plane"
            ),
        },
    ),
    Rule(
        "FLT-06",
        "Landing is by daylight, where that is asked for.",
        source="the programme's request",
        params={
            "min_sun_elevation_deg": Param(default=0, source="ours: the Sun is up", meaning="lowest Sun at landing")
        },
    ),
    Rule(
        "FLT-07",
        "Both crews are aboard together long enough to hand the station over.",
        source="four to five days of six people aboard (agency reports of 2023 to 2025)",
        params={"min_handover_d": Param(default=4, source="agency reports, 2023", meaning="hatch opening to closing")},
    ),
    Rule("SEA-01", "A ship carries no more people than it has seats, up and down.", source="ship data (catalogue)"),
    Rule(
        "SEA-02",
        "Whoever goes down in another ship than they came up in has moved seat liner and suit to it in good time.",
        source="practice of the ships: a seat liner is made for one person",
        params={
            "before_close_min": Param(
                default=1_440, source="ours: a day, so that a bad fit can be mended", meaning="before hatch closing"
            )
        },
    ),
    Rule("SEA-03", "No more people sleep aboard than there are sleeping places.", source="station data (catalogue)"),
    Rule(
        "SEA-04",
        "Whoever's seat liner was moved to the ship down has tried it in the seat, so long before undocking.",
        source="practice of the ships: the fit is checked in the seat",
        params={
            "before_undocking_min": Param(
                default=720, source="ours: half a day, so that a bad fit can be mended", meaning="before undocking"
            )
        },
        edition=4,
    ),
    Rule(
        "SEA-05",
        "Nobody who stays keeps seat liner and suit in a ship that leaves.",
        source="practice of the ships: everybody aboard has a seat in a ship that can leave",
        edition=4,
    ),
    Rule(
        "SEA-06",
        "While a ship at the station is not fit to go home in, everybody aboard has a seat in one that is, or it is "
        "accepted by name, and up to when, that they have none.",
        source="practice of the ships; a crew was without a good ship for 11 days (2025), which was accepted",
        edition=5,
    ),
    Rule(
        "SEA-07",
        "Nobody goes home in a ship that is not fit for it.",
        source="a ship with a cracked window came home empty (2026)",
        edition=5,
    ),
    Rule(
        "FOR-01",
        "What rests on a forecast too old to know the phase is planned on the labelled reference trajectory and "
        "marked provisional.",
        source="how forecasts of this station aged (catalogue)",
        params={
            "max_phase_sigma_deg": Param(
                default=5, source="facts on forecasts, 2026", meaning="up to here a phase counts as known"
            )
        },
    ),
)
