"""Every name that one entry uses for another: one table of who refers to what, one reader for all of it."""

from __future__ import annotations

from typing import Any, get_args

from attrs import frozen

from hamsafar.catalog import Catalogue
from hamsafar.domain.aboard import OF_A_BLOCK, OF_A_SITE, WindowKind
from hamsafar.domain.people import AgencyRole
from hamsafar.domain.training import MILESTONE
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import nearest
from hamsafar.programme.sections_aboard import ActivityEntry

GROUPS = ("guest", "hosts", "arriving", "returning", "staying", "residents", "relief", "relieved", "everyone")

# section, path of the name (`*`: each entry of a list), what it should name
_TABLE: tuple[tuple[str, str, str], ...] = (
    ("programme", "station", "station"),
    ("people", "agency", "agency"),
    ("people", "calendars.*", "calendar"),
    ("people", "backs_up", "person"),
    ("people", "certificates.*.certificate", "certificate"),
    ("flight", "ship_up.type", "ship type"),
    ("flight", "ship_down.type", "ship type"),
    ("flight", "pad", "site"),
    ("flight", "landing_site", "site"),
    ("flight", "guest", "person"),
    ("flight", "crew_up.*", "person"),
    ("flight", "crew_aboard.*", "person"),
    ("flight", "crew_down.*", "person"),
    ("flight", "seats.*.person", "person"),
    ("facilities", "calendar", "calendar"),
    ("facilities", "site", "training site"),
    ("subjects", "class", "class"),
    ("subjects", "certificate", "certificate"),
    ("subjects", "refreshes", "certificate"),
    ("subjects", "trip.to", "training site"),
    ("subjects", "trainees.*", "person"),
    ("subjects", "phase", "phase"),
    ("subjects", "facilities.*", "facility"),
    ("subjects", "sessions.*.phase", "phase"),
    ("subjects", "sessions.*.facilities.*", "facility"),
    ("subjects", "sessions.*.joined_by.*", "person"),
    ("subjects", "sessions.*.after.*.of", "session"),
    ("subjects", "sessions.*.needs.*", "certificate"),
    ("milestones", "calendar", "calendar"),
    ("milestones", "owner", "agency or role"),
    ("milestones", "after.*.of", "session"),
    ("milestones", "attended_by.*", "person"),
    ("activities", "milestone", "milestone"),
    ("activities", "who.*.from.*", "person or group"),
    ("activities", "who.*.certificate", "certificate"),
    ("activities", "uses.*.resource", "resource"),
    ("activities", "after.*.of", "activity"),
    ("activities", "consumes.*.resource", "resource"),
    ("activities", "yields.*.kept_in.resource", "resource"),
    ("activities", "same_people_as.*", "activity"),
    ("activities", "other_people_than.*", "activity"),
    ("activities", "apart_from.*", "activity"),
    ("activities", "stows.*", "sample"),
    ("activities", "packs.*", "sample"),
    ("activities", "moves_liners.*", "person or group"),
    ("activities", "checks_fit.*", "person or group"),
    ("resources", "calendar", "calendar"),
    ("prayer", "place", "site"),
)
_SECTION_OF = {
    "agency": "agencies",
    "person": "people",
    "certificate": "certificates",
    "calendar": "calendars",
    "class": "classes",
    "facility": "facilities",
    "training site": "training_sites",
    "milestone": "milestones",
    "resource": "resources",
    "activity": "activities",
}
_WINDOW_OF: dict[str, str] = {**dict.fromkeys(OF_A_SITE, "site"), **dict.fromkeys(OF_A_BLOCK, "block")}


@frozen(kw_only=True)
class Names:
    """What may be named; `complete` when there is nothing else that an unreadable entry might have been."""

    ids: frozenset[str]
    complete: bool = True


def names_of(draft: Draft, catalogue: Catalogue) -> dict[str, Names]:
    """Kind of thing → the names there are."""
    found = {
        kind: Names(ids=draft.section(name).ids, complete=draft.whole and draft.section(name).complete)
        for kind, name in _SECTION_OF.items()
    }
    people = found["person"]
    found["person or group"] = Names(ids=people.ids | frozenset(GROUPS), complete=people.complete)
    agencies = found["agency"]
    found["agency or role"] = Names(ids=agencies.ids | frozenset(get_args(AgencyRole)), complete=agencies.complete)
    found["session"] = _sessions(draft)
    found["sample"] = _samples(draft)
    found["phase"] = _inside(draft, phases_of(draft), "phases.*.id")
    found["block"] = _inside(draft, "prayer", "blocks.*.id")
    for kind, things in (
        ("station", catalogue.stations),
        ("ship type", catalogue.ships),
        ("site", catalogue.sites),
    ):
        added = _added(draft, f"{kind.split()[0]}s")
        found[kind] = Names(ids=frozenset(thing.id for thing in things) | added, complete=draft.whole)
    return found


def phases_of(draft: Draft) -> str:
    """The section that says the phases: the term's own, or else the syllabus."""
    own = any("phases" in entry.node.fields for entry in draft.section("training").entries)
    return "training" if own or not draft.section("syllabus").present else "syllabus"


def _sessions(draft: Draft) -> Names:
    """The sessions, and the milestones that sessions come after."""
    ids = {f"{MILESTONE}/{name}" for name in draft.section("milestones").ids}
    complete = draft.whole and draft.section("subjects").complete and draft.section("milestones").complete
    for entry in draft.section("subjects").entries:
        listed = entry.node.child("sessions")
        complete = complete and listed is not None and listed.kind == "list"
        for item in listed.items if listed is not None else ():
            name = item.text("id")
            complete = complete and name is not None
            ids.add(f"{entry.id}/{name}")
    return Names(ids=frozenset(ids), complete=complete)


def _samples(draft: Draft) -> Names:
    """What activities yield."""
    section = draft.section("activities")
    found = [node for entry in section.entries for _, node in entry.node.matching(("yields", "*", "sample"))]
    own = {each.sample for _, one in draft.of("activities", ActivityEntry) for each in one.yields}
    ids = own | {node.scalar for node in found if isinstance(node.scalar, str)}
    return Names(ids=frozenset(ids), complete=draft.whole and section.complete)


def _inside(draft: Draft, section: str, path: str) -> Names:
    """Ids inside a section that occurs once. A term left out has no phases that could be missed."""
    present = draft.section(section).present
    found = [
        node for entry in draft.section(section).entries for _, node in entry.node.matching(tuple(path.split(".")))
    ]
    ids = frozenset(node.scalar for node in found if isinstance(node.scalar, str))
    sound = len(ids) > 0 and all(isinstance(node.scalar, str) for node in found)
    return Names(ids=ids, complete=draft.whole and (sound if present else section == "prayer"))


def _added(draft: Draft, name: str) -> frozenset[str]:
    """Ids that the section `catalogue` adds or changes, right or wrong."""
    ids = (entry.node.matching((name, "*", "id")) for entry in draft.section("catalogue").entries)
    return frozenset(node.scalar for found in ids for _, node in found if isinstance(node.scalar, str))


def tell_dangling(draft: Draft, names: dict[str, Names]) -> None:
    """Every name that names nothing."""
    for section, path, kind in _TABLE:
        for entry in draft.section(section).entries:
            for at, node in entry.node.matching(tuple(path.split("."))):
                tell_unknown(draft, entry, at, node, kind, names)
    for entry in (*draft.section("activities").entries, *draft.section("resources").entries):
        _tell_window(draft, entry, names)


def tell_unknown(
    draft: Draft, entry: Entry[Any], at: tuple[str | int, ...], node: Node, kind: str, names: dict[str, Names]
) -> None:
    """One name, if it names nothing. What isn't a text has been told as such."""
    known = names[kind]
    if isinstance(node.scalar, str) and known.complete and node.scalar not in known.ids:
        article = "an" if kind[0] in "aeiou" else "a"
        draft.blame(entry, at, f"is not the name of {article} {kind}{nearest(node.scalar, known.ids)}")


def _tell_window(draft: Draft, entry: Entry[Any], names: dict[str, Names]) -> None:
    """A window's `of`: a site, a block, or nothing, by its kind."""
    for at, window in entry.node.matching(("window",)):
        kind, of = window.text("kind"), window.child("of")
        absent = of is None or (of.kind == "scalar" and of.scalar is None)
        wanted = _WINDOW_OF.get(kind or "")
        if kind in get_args(WindowKind) and wanted is None and not absent:
            draft.blame(entry, (*at, "of"), f"a {kind} window is not of anything; leave `of` out")
        elif wanted is not None and (absent or of is None):
            what = f"a {kind} window needs `of`, the name of a {wanted}"
            draft.problems.add(entry.place(*at), what)
        elif wanted is not None and of is not None:
            tell_unknown(draft, entry, (*at, "of"), of, wanted, names)
