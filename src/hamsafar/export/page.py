"""The report: one page that opens from a disk, asks nothing of any network, and prints.

Charts are drawn in Python (`svg_*`), tables are rows (`tables`), the template puts them in order. Every text of a
plan is untrusted: the template escapes, drawings pass through `svg.esc`, and the page's own content security policy
names the hashes of its one style sheet and one script, so that nothing else could run even if a text slipped through.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from hamsafar.domain.pace import Overruns
from hamsafar.domain.plan import Judgement, Plan
from hamsafar.domain.progress import Readiness
from hamsafar.export.changes import what_changed
from hamsafar.export.clocks import clocks_of
from hamsafar.export.counted import COUNTING
from hamsafar.export.figures import hours_per_class, key_figures, trainees_of
from hamsafar.export.flight_days import crew_of, flight_days
from hamsafar.export.hosts_minutes import host_rows, said_of_hosts_minutes
from hamsafar.export.pace_rows import missed_rows, tight_rows
from hamsafar.export.progress_words import readiness_text
from hamsafar.export.request_rows import request_rows
from hamsafar.export.seat_rows import seat_rows, seats_are_of, unfit_text
from hamsafar.export.serving import serving_of
from hamsafar.export.spare_rows import list_rows, room_rows
from hamsafar.export.svg_crew import day_panels
from hamsafar.export.svg_map import day_choices, ground_map
from hamsafar.export.svg_pace import pace_picture
from hamsafar.export.svg_strip import glance
from hamsafar.export.svg_training import facility_chart, people_chart, training_of
from hamsafar.export.tables import (
    finding_rows,
    flags_of,
    flight_events,
    objective_rows,
    placement_rows,
    training_weeks,
    window_rows,
)
from hamsafar.export.track import TrackPoint
from hamsafar.export.words import CREW_GROUPS, TRAINING_GROUPS, clean
from hamsafar.resources import read_text

_VERDICTS = {
    "holds": ("Holds", "The independent verifier found every rule kept."),
    "broken": ("Broken", "The independent verifier found rules broken; see the findings."),
    "incomplete": ("Incomplete", "Nothing is broken, but some rules were not checked; see the findings."),
}


def report_html(
    plan: Plan,
    judgement: Judgement,
    track: Sequence[TrackPoint],
    readiness: Sequence[Readiness] = (),
    requests_said: str = "",
    pace: Overruns | None = None,
) -> bytes:
    """The whole report as one HTML page in UTF-8.

    `track` holds the point below the station each minute of the stay, ascending; it may be empty. `readiness`
    tells on which days a backup could fly instead, `requests_said` how the requests to the host stand, `pace` how
    likely each day overruns. The same of all give the same bytes.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=DictLoader({"report": read_text("export/data/report.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value, "\n") if type(value) is str else value,
    )
    style, script = read_text("export/data/report.css"), read_text("export/data/report.js")
    page = environment.get_template("report").render(
        style=Markup(style),  # our own file
        script=Markup(script),  # our own file
        style_hash=_hash(style),
        script_hash=_hash(script),
        **_context(plan, judgement),
        **{name: Markup(drawing) for name, drawing in _drawings(plan, judgement, track).items()},  # escaped in svg
        track_days=day_choices(plan, track),
        requests_said=requests_said,
        readiness=[readiness_text(plan, one) for one in readiness],
        pace=pace if pace is not None and pace.days else None,
        hosts=host_rows(plan, pace),
        tight=tight_rows(plan, pace) if pace is not None else [],
        missed=missed_rows(plan, pace) if pace is not None else [],
        pace_svg=Markup(pace_picture(plan, pace)) if pace is not None and pace.days else "",
        day_panels=[(panel, Markup(panel.svg)) for panel in day_panels(plan, flags_of(judgement))],
    )
    return page.encode("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _context(plan: Plan, judgement: Judgement) -> dict[str, Any]:
    """What the template reads, besides drawings."""
    verdict, verdict_means = _VERDICTS[judgement.verdict]
    rows = placement_rows(plan, flags_of(judgement))
    findings = finding_rows(plan, judgement)
    return {
        "plan": plan,
        "programme": plan.programme,
        "verdict": judgement.verdict,
        "verdict_title": verdict,
        "verdict_means": verdict_means,
        "provisional": is_provisional(plan),
        "events": flight_events(plan),
        "changes": what_changed(plan),
        "clocks": clocks_of(plan),
        "tiles": key_figures(plan),
        "trainees": trainees_of(plan),
        "hours": hours_per_class(plan),
        "counting": COUNTING,
        "has_training": plan.programme.term is not None and bool(training_of(plan)),
        "weeks": training_weeks(plan, rows),
        "serving": serving_of(plan),
        "crew": crew_of(plan),
        "seats": seat_rows(plan),
        "seats_are_of": seats_are_of(plan),
        "unfit": unfit_text(plan),
        "crew_groups": CREW_GROUPS,
        "training_groups": TRAINING_GROUPS,
        "windows": window_rows(plan),
        "findings": findings,
        "counts": {
            status: sum(one.status == status for one in findings) for status in ("broken", "not_checked", "holds")
        },
        "rows": rows,
        "people": [
            person for person in plan.programme.people if any(person.id in one.person_ids for one in plan.placements)
        ],
        "objective": objective_rows(plan),
        "requests": request_rows(plan),
        "flight_days": flight_days(plan),
        "hosts_said": said_of_hosts_minutes(plan),
        "lists": list_rows(plan),
        "list_rooms": room_rows(plan),
    }


def is_provisional(plan: Plan) -> bool:
    """Whether anything of the flight rests on the reference trajectory."""
    return "far" in (plan.trajectory.basis, plan.flight.launch.basis, plan.flight.landing.basis)


def _drawings(plan: Plan, judgement: Judgement, track: Sequence[TrackPoint]) -> dict[str, str]:
    term, flagged = plan.programme.term, flags_of(judgement)
    return {
        "strip_svg": glance(plan),
        "map_svg": ground_map(plan, track),
        "people_svg": people_chart(plan, term, flagged) if term else "",
        "facility_svg": facility_chart(plan, term, flagged) if term else "",
    }
