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
)
