"""A Change as a change file has it: plain values, and canonical YAML that reads back equal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from typing import Any

from attrs import asdict

from hamsafar.domain.aboard import Activity, Pace, Sample
from hamsafar.domain.changes import AddedSession, Change, LandingMove, LaunchMove, Record, ShipsMove
from hamsafar.domain.host import Fixed, HostAnswer
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.domain.people import Limits
from hamsafar.domain.training import After, Session, Subject
from hamsafar.programme.nodes import plain_text
from hamsafar.programme.resolve import promised_activity
from hamsafar.programme.resolve_term import promised_session
from hamsafar.programme.rules_section import figure_text, written_name
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant, Span

_WIDTH = 100_000  # no text is folded
_WHOLE_MINUTE = re.compile(r":00Z$")


def write_change(change: Change) -> str:
    """The change as YAML, ending in a newline; `read_change_text` of it gives an equal change (figures of
    rules in the order of the rule book).

    The same change gives the same text, whatever file it was read from.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # untyped there
    yaml.width = _WIDTH
    yaml.representer.add_representer(str, _represented)
    text = StringIO()
    yaml.dump(form_of(change), text)
    return text.getvalue()


def _represented(representer: Any, text: str) -> Any:
    """A text in quotes where it would be read as something else, or holds what ends a line."""
    plain = plain_text(text) and text.isprintable()
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


def form_of(change: Change) -> dict[str, Any]:
    """The sections of a change as dicts, lists, texts and numbers; nothing where nothing is asked."""
    head = {
        "title": change.title,
        "asked_by": change.asked_by,
        "asked_on": change.asked_on.isoformat() if change.asked_on is not None else None,
        "why": change.why,
    }
    form: dict[str, Any] = {
        "change": _said(head),
        "now": _instant(change.now),
        "launch": _launch(change.launch),
        "landing": _landing(change.landing),
        "docking": _instant(change.docking),
        "ships": _ships(change.ships),
        "elements": change.elements,
        "windows_closed": [
            _said({"kind": one.kind, "of": one.of, **_span(one.span), "why": one.reason}) for one in change.closed
        ],
        "away": [
            _said({"person": one.person, "from": _instant(one.start), "to": _instant(one.end), "why": one.reason})
            for one in change.away
        ],
        "shut": [_said({"what": one.of, **_span(one.span), "why": one.reason}) for one in change.shut],
        "durations": [{"of": one.of, "minutes": one.duration_min} for one in change.durations],
        "flight_days": [{"of": one.of, "days": list(one.days)} for one in change.flight_days],
        "optional": [_said({"of": one.of, "value": _unless(one.value, 0)}) for one in change.optional],
        "limits": {one.rule: _figures(one) for one in sorted(change.limits, key=_place_in_the_book)},
        "hosts_minutes": None if change.hosts_minutes is None else _minutes_agreed(change.hosts_minutes),
        "add": _said(
            {
                "activities": list(map(activity_form, change.activities)),
                "sessions": list(map(_added_session, change.sessions)),
                "subjects": list(map(subject_form, change.subjects)),
            }
        ),
        **{name: list(getattr(change, name)) for name in ("drop", "pin", "unpin", "promise", "unpromise")},
        "host_plan": list(map(_fixed, change.host_plan)),
        "answers": list(map(_answer, change.answers)),
        "happened": list(map(_record, change.happened)),
    }
    return _said(form)


def _said(form: dict[str, Any], *always: str) -> dict[str, Any]:
    """Without what is not said: None, and empty texts, lists and mappings; `always`: keys that are said anyhow."""
    return {
        key: value for key, value in form.items() if key in always or (value is not None and value not in ("", [], {}))
    }


def _instant(moment: Instant | None) -> str | None:
    return None if moment is None else _WHOLE_MINUTE.sub("Z", moment.exact_iso())


def _span(span: Span) -> dict[str, Any]:
    return {"from": _instant(span.start), "to": _instant(span.end)}


def _minutes(minutes: int) -> str:
    return f"{minutes} min"


def _launch(asked: LaunchMove | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    window = None if asked.window is None else _span(asked.window)
    return _said({"by_days": asked.by_days, "not_before": _instant(asked.not_before), "window": window})


def _landing(asked: LandingMove | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    between = {"not_before": _instant(asked.not_before), "not_after": _instant(asked.not_after)}
    return _said({"by_days": asked.by_days, **between})


def _ships(asked: ShipsMove | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    unfit = [_said({"ship": one.ship, "from": _instant(one.since), "why": one.reason}) for one in asked.unfit]
    unseated = [
        _said(
            {
                "people": list(one.people),
                **_span(one.span),
                "accepted_by": one.accepted_by,
                "why": one.reason,
            }
        )
        for one in asked.unseated
    ]
    return _said({"down": asked.down, "crew_down": list(asked.crew_down), "unfit": unfit, "without_seat": unseated})


def _place_in_the_book(limits: Limits) -> int:
    return list(BOOK).index(limits.rule) if limits.rule in BOOK else len(BOOK)


def _figures(limits: Limits) -> dict[str, Any]:
    return {written_name(param): figure_text(param, figure) for param, figure in limits.params.items()}


def _minutes_agreed(budget: HostsMinutes) -> dict[str, Any]:
    people = [
        _said(
            {"person": one.person, "total": _minutes_or_none(one.total_min), "a_day": _minutes_or_none(one.a_day_min)}
        )
        for one in budget.people
    ]
    days = [{"flight_day": one.flight_day, "total": _minutes(one.total_min)} for one in budget.days]
    total = _minutes_or_none(budget.total_min)
    return _said({"agreed": budget.agreed, "total": total, "people": people, "days": days})


def _minutes_or_none(minutes: int | None) -> str | None:
    return None if minutes is None else _minutes(minutes)


def _fixed(fixed: Fixed) -> dict[str, Any]:
    return _said(
        {
            "id": fixed.activity,
            "title": fixed.title,
            "kind": _unless(fixed.kind, "station-work"),
            "from": _instant(fixed.start),
            "to": _instant(fixed.end),
            "people": list(fixed.people),
            "source": fixed.source,
        }
    )


def _answer(answer: HostAnswer) -> dict[str, Any]:
    return _said(
        {
            "request": answer.request,
            "answer": answer.word,
            "start": _instant(answer.start),
            "by": answer.by,
            "on": None if answer.on is None else answer.on.isoformat(),
            "why": answer.reason,
        }
    )


def _record(record: Record) -> dict[str, Any]:
    return _said(
        {
            "placement": record.placement,
            "attended": False if record.outcome == "missed" else None,
            "passed": False if record.outcome == "failed" else None,
            "from": _instant(record.start),
            "to": _instant(record.end),
            "people": None if record.people is None else list(record.people),
            "why": record.note,
        }
    )


# In the form of programme files


def activity_form(activity: Activity) -> dict[str, Any]:
    """An activity as `activities` of a programme has it."""
    between, window = activity.starts_between, activity.window
    need_forms = [
        _said(
            {
                "function": need.function,
                "from": list(need.candidates),
                "count": _unless(need.count, 1),
                "certificate": need.certificate,
            }
        )
        for need in activity.who
    ]
    return _said(
        {
            "id": activity.id,
            "title": activity.title,
            "kind": activity.kind,
            "duration": _minutes(activity.duration_min),
            "who": need_forms,
            "repeat": _unless(activity.repeat, "once"),
            "times": _unless(activity.times, 1),
            "flight_days": list(activity.flight_days),
            "campaign": _campaign_form(activity),
            "starts_between": None if between is None else [f"{clock:%H:%M}" for clock in between],
            "prefer": None if activity.prefer is None else f"{activity.prefer:%H:%M}",
            "uses": [{"resource": use.resource, "amount": use.amount} for use in activity.uses],
            "window": None if window is None else _said({"kind": window.kind, "of": window.of}),
            "after": _afters(activity.after),
            "spacing": _spacing_form(activity),
            "same_people_as": list(activity.same_people_as),
            "other_people_than": list(activity.other_people_than),
            "apart_from": list(activity.apart_from),
            "work": _unless(activity.work, True),
            "guest_programme": _unless(activity.guest_programme, False),
            "quiet": _unless(activity.quiet, False),
            "optional": _unless(activity.optional, False),
            "value": _unless(activity.value, 0),
            "promised": _unless(activity.promised, promised_activity(activity.kind)),
            "milestone": activity.milestone,
            "on_waking": None if activity.on_waking_min is None else _minutes(activity.on_waking_min),
            "fasting": _unless(_minutes(activity.fasting_min), _minutes(0)),
            "consumes": [{"resource": use.resource, "amount": use.amount} for use in activity.consumes],
            "yields": [_sample_form(sample) for sample in activity.yields],
            "stows": list(activity.stows),
            "packs": list(activity.packs),
            "moves_liners": list(activity.moves_liners),
            "checks_fit": list(activity.checks_fit),
            "pace": None if activity.pace is None else _pace_form(activity.pace),
        },
        "who",
    )


def _campaign_form(activity: Activity) -> dict[str, Any] | None:
    """Days counted back from that of undocking: all from the first of them on."""
    before = activity.days_before_end
    return {"around": "undocking", "days_before": max(before)} if before else None


def _spacing_form(activity: Activity) -> Any:
    least, most = _unless(_minutes(activity.spacing_min), _minutes(0)), activity.spacing_max_min
    return least if most is None else _said({"min": least, "max": _minutes(most)})


def _sample_form(sample: Sample) -> dict[str, Any]:
    kept = sample.kept_in
    return _said(
        {
            "sample": sample.sample,
            "mass": f"{sample.mass_g} g",
            "life": None if sample.life_min is None else _minutes(sample.life_min),
            "stowed": None if sample.stowed_min is None else _minutes(sample.stowed_min),
            "returns": _unless(sample.returns, False),
            "kept_in": None if kept is None else {"resource": kept.resource, "amount": kept.amount},
        }
    )


def _pace_form(pace: Pace) -> dict[str, Any]:
    """A pace as an activity of a programme has it; it says at least whether the length is fixed."""
    return {"fixed": pace.fixed, **{name: one for name, one in asdict(pace).items() if name != "fixed" and one}}


def subject_form(subject: Subject) -> dict[str, Any]:
    """A subject as `subjects` of a programme has it, with everything said of each session."""
    form = {
        "id": subject.id,
        "title": subject.title,
        "class": subject.training_class,
        "certificate": subject.certificate,
        "trainees": list(subject.trainees),
        "in_order": False,
        "sessions": [session_form(session) for session in subject.sessions],
    }
    return _said(form)


def session_form(session: Session) -> dict[str, Any]:
    """A session as `sessions` of a subject has it, with everything said that it might take over."""
    return _said(
        {
            "id": session.id.removeprefix(f"{session.subject}/"),
            "title": session.title,
            "kind": session.kind,
            "duration": _minutes(session.duration_min),
            "phase": session.phase,
            "language": session.language,
            "attendance": session.attendance,
            "facilities": list(session.facilities),
            "instructor": session.instructor,
            "joined_by": list(session.joined_by),
            "after": _afters(session.after),
            "needs": list(session.needs),
            "recovery": _unless(_minutes(session.recovery_min), _minutes(0)),
            "demanding": _unless(session.demanding, False),
            "in_quarantine": _unless(session.in_quarantine, False),
            "promised": _unless(session.promised, promised_session(session.kind, session.joined_by)),
        },
        "facilities",
        "instructor",
    )


def _added_session(added: AddedSession) -> dict[str, Any]:
    subject = added.session.subject
    before = {} if added.before is None else {"before": added.before.removeprefix(f"{subject}/")}
    return {"subject": subject, **before, **session_form(added.session)}


def _afters(afters: Sequence[After]) -> list[dict[str, Any]]:
    return [
        _said(
            {
                "of": after.of,
                "min": _unless(_minutes(after.min_gap_min), _minutes(0)),
                "max": None if after.max_gap_min is None else _minutes(after.max_gap_min),
            }
        )
        for after in afters
    ]


def _unless(value: Any, usual: Any) -> Any:
    """None for what is usual and need not be said."""
    return None if value == usual else value
