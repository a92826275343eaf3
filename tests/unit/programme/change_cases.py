"""One fault a line: what is written below the head of a change, and what must be said of it."""

# ruff: noqa: E501  # a table reads best with one case on one line

from __future__ import annotations

ADD = "add:\n  %s:\n    - {%s}\n"
SESSION = "id: more, title: More, kind: theory, duration: 1 h"
ACTIVITY = "id: look, title: Look, kind: photography, duration: 5 min, who: [{function: camera, from: [guest]}]"
SUBJECT = "id: news, title: News, class: technical, phase: last, language: en, attendance: each, sessions: [{%s}]"

# what is written below the head (▸ marks the place that the error names), and words of the error
CASES: list[tuple[str, str, tuple[str, ...]]] = [
    # shapes
    ("unknown key", "▸pins: [run#1]", ("unknown key 'pins'", "did you mean 'pin'")),
    ("unknown key inside", "launch: {▸by_day: 10}", ("unknown key", "did you mean 'by_days'")),
    ("unknown list of add", "add: {▸activity: []}", ("unknown key", "did you mean 'activities'")),
    ("figure with its unit in its name", "limits: {TRN-05: {▸max_week_min: 2520}}", ("did you mean 'max_week'",)),
    ("unknown rule", "limits: {▸TRN-95: {max_week: 40 h}}", ("unknown key", "TRN-")),
    ("list is a name", "drop: ▸run", ("should be a list", "got 'run'")),
    ("list is a mapping", "away: ▸{person: teacher, from: 2027-01-11}", ("should be a list",)),
    ("entry is a name", "away: [▸teacher]", ("should be a mapping",)),
    ("add is a list", "add: ▸[]", ("activities, sessions, subjects", "an empty list")),
    ("missing", "away: [▸{person: teacher}]", ("'from' is missing",)),
    ("no figure", "limits: ▸{}", ("says no figure",)),
    ("elements elsewhere", "elements: ▸../new.tle", ("name of a file", "without a path")),
    ("part of a day", "durations: [{of: run, minutes: ▸1.5}]", ("whole number", "got 1.5")),
    ("no placement", "pin: [▸Run 1]", ("as the plan writes it",)),
    ("no name", "drop: [▸Run]", ("lower case",)),
    # times
    ("no date", "now: ▸today", ("should be a date", "got 'today'")),
    ("no zone", "now: ▸2027-02-01T08:00", ("no zone",)),
    ("days backwards", "away: [{person: teacher, from: 2027-01-11, to: ▸2027-01-10}]", ("ends before it starts", "2027-01-11")),
    ("instants backwards", "shut: [{what: rack, from: 2027-06-12T08:00Z, to: ▸2027-06-12T08:00Z}]", ("ends before",)),
    ("window backwards", "launch: {window: {from: 2027-06-12, to: ▸2027-06-11}}", ("ends before",)),
    ("landing backwards", "landing: {not_before: 2027-06-12, not_after: ▸2027-06-11}", ("ends before",)),
    ("moves nothing", "launch: {by_days: ▸0}", ("moves nothing",)),
    ("lands as it did", "landing: {by_days: ▸0}", ("moves nothing",)),
    ("far away", "launch: {by_days: ▸4000}", ("at most 3660",)),
    ("two moves", "launch: ▸{by_days: 1, not_before: 2027-06-12}", ("one of by_days",)),
    ("no move", "landing: ▸{}", ("should have by_days",)),
    ("landing both ways", "landing: ▸{by_days: 1, not_after: 2027-06-12}", ("should have by_days",)),
    ("half of the times", "happened: [▸{placement: run#1, from: 2027-06-11T02:00Z}]", ("both 'from' and 'to'",)),
    ("a day is no time", "happened: [{placement: run#1, from: ▸2027-06-11, to: 2027-06-12}]", ("instant", "2027-06-11")),
    ("flown backwards", "happened: [{placement: run#1, from: 2027-06-11T02:00Z, to: ▸2027-06-11T01:00Z}]", ("ends before",)),
    ("missed, with people", "happened: [{placement: run#1, attended: ▸false, people: [teacher]}]", ("missed",)),
    ("missed and failed", "happened: [{placement: run#1, attended: ▸false, passed: false}]", ("missed",)),
    # names
    ("nobody away", "away: [{person: ▸teachr, from: 2027-01-11}]", ("a person", "did you mean 'teacher'")),
    ("nobody there", "happened: [{placement: run#1, people: [teacher, ▸nobody]}]", ("a person", "got 'nobody'")),
    ("twice there", "happened: [{placement: run#1, people: [teacher, ▸teacher]}]", ("twice",)),
    ("nothing shut", "shut: [{what: ▸mockup, from: 2027-03-01, to: 2027-03-02}]", ("did you mean 'mock-up'",)),
    ("nothing lasts", "durations: [{of: ▸runn, minutes: 5}]", ("an activity or a session", "did you mean 'run'")),
    ("lasts twice", "durations: [{of: run, minutes: 5}, {of: ▸run, minutes: 6}]", ("twice",)),
    ("a subject has no length", "durations: [{of: ▸ship, minutes: 5}]", ("an activity or a session",)),
    ("nothing to drop", "drop: [run, ▸ship/theori]", ("did you mean 'ship/theory'",)),
    ("dropped twice", "drop: [run, ▸run]", ("twice",)),
    ("nothing promised", "promise: [▸ships]", ("an activity or a session",)),
    ("not placed", "pin: [▸run#4]", ("not placed in this plan", "did you mean 'run#")),
    ("nothing happened", "happened: [{placement: ▸ship/theorie, attended: false}]", ("did you mean 'ship/theory'",)),
    ("no site", "windows_closed: [{kind: pass, of: ▸quetto, from: 2027-06-12, to: 2027-06-12}]", ("did you mean 'quetta'",)),
    ("no block", "windows_closed: [{kind: prayer, of: ▸noon, from: 2027-06-12, to: 2027-06-12}]", ("a block", "fajr")),
    ("no relay", "windows_closed: [{kind: relay, of: ▸quetta, from: 2027-06-12, to: 2027-06-12}]", ("a relay satellite",)),
    ("of nothing", "windows_closed: [{kind: darkness, of: ▸quetta, from: 2027-06-12, to: 2027-06-12}]", ("leave `of` out",)),
    # what is added
    ("activity of that name", ADD % ("activities", ACTIVITY.replace("id: look", "id: ▸run")), ("used in the plan",)),
    ("activity twice", ADD % ("activities", ACTIVITY) + "    - {" + ACTIVITY.replace("id: ", "id: ▸", 1) + "}", ("used in this change",)),
    ("activity without a title", ADD.replace("{%s}", "▸{%s}") % ("activities", ACTIVITY.replace("title: Look, ", "")), ("'title' is missing",)),
    ("unknown resource", ADD % ("activities", ACTIVITY + ", uses: [{resource: ▸rak}]"), ("did you mean 'rack'",)),
    ("more than there is", ADD % ("activities", ACTIVITY + ", uses: [{resource: rack, amount: ▸2}]"), ("more than there is",)),
    ("after what is dropped", "drop: [setup]\n" + ADD % ("activities", ACTIVITY + ", after: [{of: ▸setup}]"), ("not the name of an activity",)),
    ("nobody aboard", ADD % ("activities", ACTIVITY.replace("guest", "▸teacher")), ("not aboard",)),
    ("certificate of nobody", ADD % ("activities", ACTIVITY.replace("[guest]", "[commander-aboard], certificate: ▸ship-user")), ("nobody of commander-aboard",)),
    ("second sleep", ADD % ("activities", ACTIVITY.replace("photography", "▸sleep").replace("who", "repeat: each-person-day, who")), ("one activity of kind sleep",)),
    ("beyond the stay", ADD % ("activities", ACTIVITY + ", flight_days: [▸10]"), ("flight day 9",)),
    ("circle of activities", ADD % ("activities", ACTIVITY + ", after: [{of: ▸look}]"), ("circle",)),
    ("unknown subject", ADD % ("sessions", "subject: ▸shop, " + SESSION), ("a subject", "did you mean 'ship'")),
    ("no session to go before", ADD % ("sessions", "subject: ship, before: ▸exam, " + SESSION), ("a session of ship",)),
    ("session of that name", ADD % ("sessions", "subject: ship, " + SESSION.replace("id: more", "id: ▸theory")), ("used in this subject",)),
    ("unknown phase", ADD % ("sessions", "subject: ship, phase: ▸lst, " + SESSION), ("a phase", "did you mean 'last'")),
    ("unknown session", ADD % ("sessions", "subject: ship, after: [{of: ▸ship/exam}], " + SESSION), ("a session",)),
    ("unknown teacher", ADD % ("sessions", "subject: ship, instructor: ▸ship, " + SESSION), ("instructor", "ship-systems")),
    ("unobtainable", ADD % ("sessions", "subject: ship, needs: [▸station-user], " + SESSION), ("trainee-backup",)),
    ("joined by a trainee", ADD % ("sessions", "subject: ship, joined_by: [▸trainee-prime], " + SESSION), ("attends as a trainee",)),
    ("self-study taught", ADD % ("sessions", "subject: ship, instructor: ▸ship-systems, " + SESSION.replace("theory", "self-study")), ("no instructor",)),
    ("gap backwards", ADD % ("sessions", "subject: ship, after_previous: {min: 2 h, max: ▸1 h}, " + SESSION), ("less than `min`",)),
    ("first has no previous", ADD % ("sessions", "subject: ship, before: theory, after_previous: ▸{min: 2 h}, " + SESSION), ("before the first",)),
    ("circle of sessions", ADD % ("sessions", "subject: ship, before: practice, after: [{of: ▸ship/reading}], " + SESSION), ("circle",)),
    ("circle by certificate", ADD % ("sessions", "subject: ship, after: [{of: ▸station/tour}], " + SESSION), ("circle",)),
    ("subject of that name", ADD % ("subjects", SUBJECT.replace("id: news", "id: ▸ship") % SESSION), ("used in the plan",)),
    ("unknown class", ADD % ("subjects", SUBJECT.replace("technical", "▸technique") % SESSION), ("a class", "did you mean 'technical'")),
    ("unknown trainee", ADD % ("subjects", "trainees: [▸teacher], " + SUBJECT % SESSION), ("not a trainee",)),
    ("unknown facility", ADD % ("subjects", SUBJECT % (SESSION + ", facilities: [▸classrom]")), ("did you mean 'classroom'",)),
]  # fmt: skip
