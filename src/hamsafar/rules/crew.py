"""Rules of the days aboard."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule


def _factor(default: float, source: str, meaning: str) -> Param:
    """A factor on a length."""
    return Param(default=default, source=source, meaning=meaning, least=0.2, most=20)


CREW_RULES = (
    Rule(
        "CRW-01",
        "Everyone aboard sleeps every night, unbroken and long enough.",
        source="8.5 h of opportunity on the other station (Jansen 2024); 7-8 h planned by the host (2012)",
        params={"min_sleep_min": Param(default=480, source="host, 2012", meaning="one sleep")},
    ),
    Rule(
        "CRW-02",
        "Nobody stays awake longer than so long: between sleeps, from waking before lift-off, and up to landing.",
        source="ours; 14 CFR 431.43 limits a shift to 12 h and asks 8 h of rest",
        params={
            "max_awake_min": Param(default=1_080, source="ours", meaning="between two sleeps"),
            "max_awake_event_min": Param(default=1_260, source="ours", meaning="on the days of launch and landing"),
            "wake_before_launch_min": Param(
                default=480, source="ours; crews board 2 h 45 min before lift-off", meaning="waking before lift-off"
            ),
        },
    ),
    Rule(
        "CRW-03",
        "From one night to the next, sleep begins no more than so much earlier or later.",
        source="delays of at most 2 h a day (Monk 2004, NASA appendix K); no figure is public for advances",
        params={"max_shift_min": Param(default=120, source="Monk 2004", meaning="shift of the start of sleep")},
    ),
    Rule(
        "CRW-04",
        "Meals are far enough apart.",
        source="ours",
        params={"min_gap_min": Param(default=180, source="ours", meaning="start of one to start of the next")},
    ),
    Rule(
        "CRW-05",
        "No exercise right after a meal.",
        source="flight planners of the other station (2004)",
        params={"min_gap_min": Param(default=60, source="ours; the source gives none", meaning="end to start")},
    ),
    Rule(
        "CRW-06",
        "No live link or interview right after exercise.",
        source="flight planners of the other station (2004)",
        params={"min_gap_min": Param(default=30, source="ours; the source gives none", meaning="end to start")},
    ),
    Rule(
        "CRW-07",
        "Nobody works longer than so long on one station day.",
        source="8 h a day (host, 2016); 9.5 h on a short flight (ESA, 2015)",
        params={"max_work_min": Param(default=570, source="ESA, 2015", meaning="work on one station-local date")},
    ),
    Rule(
        "CRW-08",
        "A newcomer's programme fills only part of the day, less in the first days.",
        source="USML-1: first four shifts at most 70 %, then 90 % (NASA Lessons Learned 0476)",
        params={
            "first_days": Param(default=4, source="NASA LL 0476", meaning="flight days that count as first"),
            "first_share": Param(default=0.7, source="NASA LL 0476", meaning="of a day's work, on first days"),
            "later_share": Param(default=0.9, source="NASA LL 0476", meaning="of a day's work, later"),
        },
    ),
    Rule(
        "CRW-09",
        "Each host's help for the guest's programme stays within the minutes agreed for a day.",
        source="agreement of the agencies; lesson of a private flight in 2022",
        params={"max_host_min": Param(default=90, source="ours", meaning="help by one host on one station day")},
    ),
    Rule(
        "CRW-10",
        "A newcomer's first execution of something is planned longer than on the ground.",
        source="an experiment trained at 2.5 h took 5 h (private flight, 2022); mean factor 1.5 suggested",
        params={"first_factor": Param(default=1.5, source="derived, facts on crew days", meaning="of ground figure")},
    ),
    Rule(
        "CRW-11",
        "While something needs quiet, nobody exercises.",
        source="microgravity quiet; no host figure is public",
    ),
    Rule(
        "CRW-12",
        "An activity falls on its flight days and starts in the hours it is meant for.",
        source="activities of the programme",
    ),
    Rule("CRW-13", "Repeats keep their spacing.", source="activities of the programme"),
    Rule(
        "CRW-14",
        "Everything aboard lies between hatch opening and hatch closing, or, for those who stay, on the flight days.",
        source="nature",
    ),
    Rule(
        "CRW-15",
        "Every function of an activity is filled by as many of its candidates as it needs.",
        source="activities of the programme",
    ),
    Rule(
        "CRW-16",
        "Whoever arrives has done what arriving asks before the first sleep: activities of kind `arrival`.",
        source="suits come off about 2 h after docking (press, Shenzhou-17); safety first (a flown commander, 2020)",
    ),
    Rule(
        "CRW-17",
        "What is done on waking starts so soon after its person's sleep, and nothing else of theirs comes between but "
        "hygiene.",
        source="saliva first thing on waking, before eating and drinking (On-Orbit Status, 2012-06-28)",
        edition=4,
    ),
    Rule(
        "CRW-18",
        "Whoever must fast for something has eaten nothing for so long before it.",
        source="samples of blood, urine and saliva taken before food (On-Orbit Status, 2012-06-28)",
        edition=4,
    ),
    Rule(
        "CRW-19",
        "No meal right after exercise.",
        source="no exercise just before or after a meal: flight planners of the other station (2004)",
        params={"min_gap_min": Param(default=15, source="ours; the source gives none", meaning="end to start")},
        edition=4,
    ),
    Rule(
        "CRW-20",
        "What a newcomer learns by repetition is planned as long as it takes with the confidence asked.",
        source="an experiment trained at 2.5 h took 5 h (private flight, 2022); means and spread derived",
        edition=4,
        params={
            "confidence": Param(
                default=0.549,
                source="ours; a first execution is then planned at 1.5 times the ground figure",
                meaning="share of executions that stay within their planned length",
                least=0.01,
                most=0.99,
            ),
            "first_mean": _factor(1.5, "derived, facts on crew days", "mean of a first execution, of ground figure"),
            "first_p90": _factor(2.0, "derived; a private flight, 2022", "what 9 in 10 first executions stay below"),
            "learned_mean": _factor(1.1, "derived, facts on crew days", "mean once learned, of ground figure"),
            "learned_p90": _factor(1.25, "ours", "what 9 in 10 executions stay below once learned"),
            "learned_at": Param(
                default=3,
                source="derived, facts on crew days",
                meaning="execution that counts as learned; those before lie between",
                least=2,
                most=100,
            ),
            "experienced_mean": _factor(1.0, "ours", "mean of what others do, of planned length; simulated only"),
            "experienced_p90": _factor(1.1, "ours", "what 9 in 10 of those stay below; simulated only"),
            "sick_share": Param(
                default=0.73, source="Jennings 1998", meaning="newcomers who are sick at first; simulated only"
            ),
            "sick_factor": _factor(1.25, "ours", "how much slower they are then; simulated only"),
            "sick_days": Param(
                default=3, source="Jennings 1998", meaning="flight days on which they are; simulated only", least=0
            ),
            "promised_wait_min": Param(
                default=5, source="ours", meaning="how long those outside wait for what is promised; simulated only"
            ),
            "late_min": Param(
                default=5, source="ours", meaning="what is late by no more counts as planned; simulated only"
            ),
            "overrun_share": Param(
                default=0.2, source="ours", meaning="overruns above which something is to move; simulated only"
            ),
        },
    ),
    Rule(
        "CRW-21",
        "The hosts' help for the guest's programme stays within what was agreed: in the stay, of one host, on a day.",
        source="agreement of the agencies: `hosts_minutes` of the programme",
        edition=5,
    ),
    Rule(
        "CRW-22",
        "The plan accounts for the minutes of every host's help, day by day.",
        source="ours; never overdrawn silently",
        edition=5,
    ),
    Rule(
        "CRW-23",
        "What is on a task list goes to people who may do it and are aboard before its day is over, and the plan says "
        "truly how much is on each list and how much time there is for it.",
        source="task lists of the other station (Dempsey, chapters 1 and 17)",
        edition=5,
        params={
            "min_gap_min": Param(
                default=15, source="ours", meaning="shortest gap in a day that counts as time for a task list", least=1
            )
        },
    ),
    Rule(
        "CRW-24",
        "Between the starts that the plan states for what may be moved or done ahead, no rule is broken while "
        "everything else stays.",
        source="flexible and get-ahead activities of the other station (Dempsey, chapters 1 and 17)",
        edition=5,
    ),
    Rule(
        "CRW-25",
        "What the same people are to do, they do: whoever may do both does both or neither. Of what others are to do, "
        "nobody does both.",
        source="activities of the programme; operator, subject and photographer by name (on-orbit timelines)",
        edition=5,
    ),
    Rule(
        "CRW-26",
        "What is to be kept apart never runs at the same time.",
        source="activities of the programme",
        edition=5,
    ),
    Rule(
        "CRW-27",
        "What needs quiet keeps clear of docking, undocking and announced boosts of the station.",
        source="microgravity is disturbed by docking and thrusters; no figure is public",
        params={
            "before_min": Param(default=30, source="ours", meaning="quiet is over so long before one begins", least=0),
            "after_min": Param(default=30, source="ours", meaning="quiet begins so long after one is over", least=0),
        },
        edition=5,
    ),
)
