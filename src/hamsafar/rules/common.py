"""Rules that hold on the ground and aboard alike."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

COMMON_RULES = (
    Rule("PPL-01", "A person does one thing at a time.", source="nature"),
    Rule("PPL-02", "Nobody is planned for while they are away.", source="absences of the programme", edition=2),
    Rule(
        "RES-01",
        "A facility or a resource is never used beyond its capacity.",
        source="facilities and resources of the programme",
    ),
    Rule("RES-02", "Nothing is used while it is shut.", source="what the programme says is shut", edition=2),
    Rule(
        "RES-03",
        "What is there only in somebody's hours, or while a window is open, is used only then.",
        source="resources of the programme: the ground's attention, data rate over a relay",
        edition=5,
    ),
    Rule(
        "RES-04",
        "Cold stowage never holds more than it has room for, from stowing a sample until it is packed.",
        source="resources of the programme; cold storage was managed like power and data (a private flight, 2025)",
        edition=5,
    ),
    Rule(
        "ORD-01",
        "What comes after something starts no sooner, and no later, than its gaps allow.",
        source="syllabus and activities of the programme",
    ),
    Rule(
        "CMP-01",
        "Everything mandatory is in the plan, in full length and as often as asked; what is optional is in it or "
        "listed as left out.",
        source="syllabus and activities of the programme",
    ),
    Rule(
        "CER-01",
        "Whoever serves in a function, or attends a session, holds the certificate it needs on that day.",
        source="practice of crewed flight: certificates gate the work",
    ),
    Rule(
        "CER-02",
        "Whoever may fly, the backup as well as the prime, holds until landing every certificate that the flight asks "
        "of them.",
        edition=3,
        source="late swaps really happen: a prime taken ill six weeks before, a backup flown a month after the choice",
    ),
    Rule(
        "WIN-01",
        "What needs a window lies wholly inside one, with the forecast's sigma kept clear at both ends; and every "
        "window that the plan states is open all through.",
        source="orbital mechanics; Sun",
        params={
            "margin_sigmas": Param(default=1, source="ours", meaning="sigmas kept clear where the phase is known"),
            "tolerance_s": Param(
                default=5,
                source="ours: two independent models agree within a second or two at station height",
                meaning="largest misfit of a stated window's ends",
            ),
        },
    ),
    Rule(
        "WIN-02",
        "What is closed to us counts as closed: no window that the plan states, and nothing that needs one, reaches "
        "into an outage.",
        source="outages of the programme",
        edition=2,
    ),
    Rule("PIN-01", "What is pinned stays where it is.", source="pins of the programme", edition=2),
    Rule(
        "PST-01",
        "What has happened is in the plan as it happened, and nothing else begins before now.",
        source="nature; what the programme says has happened",
        edition=2,
    ),
)
