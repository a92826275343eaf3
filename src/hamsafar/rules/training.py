"""Rules of the training term."""

from __future__ import annotations

from hamsafar.rules.rule import Param, Rule

TRAINING_RULES = (
    Rule(
        "TRN-01",
        "Training happens in the working hours of everyone who takes part.",
        source="calendars of the programme: both countries' holidays, Ramadan hours",
    ),
    Rule("TRN-02", "A facility is used only while it is open.", source="facilities of the programme"),
    Rule("TRN-03", "A session lies in its phase of the term.", source="syllabus of the programme"),
    Rule(
        "TRN-04",
        "A trainee trains at most so long a day.",
        source="ours; host crews work 8 h a day (agency press, 2016)",
        params={"max_day_min": Param(default=480, source="ours", meaning="training in one day, without self-study")},
    ),
    Rule(
        "TRN-05",
        "A trainee trains at most so long a week, Monday to Sunday.",
        source="ours; 60 h weeks are reported as heavy",
        params={"max_week_min": Param(default=2_400, source="ours", meaning="training in one week")},
    ),
    Rule(
        "TRN-06",
        "Between two days of training lies a night's rest.",
        source="ours; 14 CFR 431.43 asks 8 h for critical crew",
        params={"min_rest_min": Param(default=660, source="ours", meaning="end of one day to start of the next")},
    ),
    Rule(
        "TRN-07",
        "After a session that needs recovery, nothing demanding for so long.",
        source="syllabus of the programme: centrifuge and vestibular runs",
    ),
    Rule(
        "TRN-08",
        "Whoever teaches a session is qualified for it, and present.",
        source="syllabus and people of the programme",
    ),
    Rule(
        "TRN-09",
        "Who attends in a language they don't have gets an interpreter.",
        source="language is the single most challenging aspect (joint survival training, 2017)",
    ),
    Rule(
        "TRN-10",
        "In quarantine there are only sessions meant for it, in facilities inside it.",
        source="14 days is the usual length; the host's figure isn't public",
    ),
    Rule(
        "TRN-11",
        "A trainee sits at most so many exams a day.",
        source="ours",
        params={"max_exams": Param(default=1, source="ours", meaning="exams of one trainee in one day")},
    ),
    Rule(
        "TRN-12",
        "A session held together is attended by prime, backup and everyone who joins; one held for each, by each.",
        source="syllabus of the programme",
    ),
    Rule(
        "TRN-13",
        "A trainee never trains more than so many days in a row.",
        source="host crews work 6 days and rest on the 7th (agency press, 2016)",
        params={"max_days_in_row": Param(default=6, source="agency press, 2016", meaning="days with any training")},
    ),
    Rule(
        "TRN-14",
        "Nobody is at two sites: sessions elsewhere lie in one journey there and back, and nothing at the base "
        "meanwhile.",
        edition=3,
        source="syllabus of the programme: sites, and the ways between them",
    ),
    Rule(
        "TRN-15",
        "A failed exam is sat again so long after it, not sooner and not later.",
        edition=3,
        source="syllabus of the programme; where it says nothing, ours",
        params={
            "min_gap_d": Param(default=3, source="ours", meaning="least time to learn what was lacking"),
            "max_gap_d": Param(default=21, source="ours", meaning="longest time before it is sat again"),
            "room_d": Param(default=10, source="ours", meaning="days wished for between an exam and its phase's end"),
        },
    ),
    Rule(
        "TRN-16",
        "In quarantine everybody who may fly sleeps every night, from the usual hours one way only and no faster than "
        "a body can follow, to a last night that ends as long before lift-off as it should, and no further.",
        edition=3,
        source="crews shift during quarantine for a launch by night; NASA Appendix K and 14 CFR 431.43 give limits",
        params={
            "min_sleep_min": Param(
                default=480, source="14 CFR 431.43 asks 8 h of rest", meaning="length of each night"
            ),
            "max_delay_min": Param(
                default=120,
                source="NASA Appendix K: delays of at most 2 h a day (Monk et al., 2004)",
                meaning="later than the night before",
            ),
            "max_advance_min": Param(
                default=60,
                source="ours: no figure found; the body clock moves about 1 h a night (Monk et al., 2004)",
                meaning="sooner than the night before",
            ),
            "min_awake_min": Param(default=240, source="ours", meaning="waking to lift-off, at least"),
            "max_awake_min": Param(default=600, source="ours", meaning="waking to lift-off, at most"),
        },
    ),
    Rule(
        "MIL-01",
        "A milestone on the road to the flight lies in its days before lift-off, in hours of its calendar, and after "
        "what it comes after.",
        edition=3,
        source="syllabus of the programme: safety reviews 0 to III (NSTS/ISS 13830C; the host's are not public)",
    ),
    Rule(
        "MIL-02",
        "What waits for a milestone comes after it; where it was refused, that is neither held nor flown.",
        edition=3,
        source="syllabus and activities of the programme",
    ),
)
