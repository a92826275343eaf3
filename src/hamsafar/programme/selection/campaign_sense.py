"""What the sections of a campaign say together: names that nothing has, conditions that fit no field, dates, rights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.problems import nearest
from hamsafar.programme.selection import campaign_model as written
from hamsafar.programme.selection.campaign_times import tell_times
from hamsafar.programme.shapes import Step


def tell_sense(draft: Draft) -> None:
    """Every such fault, in the draft's problems."""
    names = _Names(draft)
    _tell_roles(draft, names)
    _tell_fields(draft)
    _tell_criteria(draft, names)
    _tell_boards(draft, names)
    _tell_stages(draft, names)
    _tell_cohort(draft, names)
    _tell_population(draft, names)
    if not draft.problems:  # who refers to what is broken would be blamed for it
        _tell_together(draft)
        tell_times(draft)


class _Names:
    """What there is to refer to, and the blame where somebody refers to something else."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.fields = {one.id: one for _, one in draft.of("fields", written.FieldEntry)}
        self.roles = {one.id: one for _, one in draft.of("roles", written.RoleEntry)}
        self.tests = {test.id: test for _, stage in draft.of("stages", written.StageEntry) for test in stage.tests}

    def known(self, section: str, name: str, entry: Entry[Any], path: tuple[Step, ...]) -> bool:
        """Whether a section has it; told where not."""
        ids = self.draft.section(section).ids
        if name in ids or not self.draft.whole:
            return True
        self.draft.blame(entry, path, f"no entry of {section!r} has this id{nearest(name, ids)}")
        return False

    def option(self, field: str, option: str, entry: Entry[Any], path: tuple[Step, ...]) -> None:
        """Tells where a field has no such answer."""
        found = self.fields.get(field)
        ids = [] if found is None else [one.id for one in found.options]
        if found is not None and option not in ids:
            self.draft.blame(entry, path, f"the field {field!r} has no such option{nearest(option, ids)}")


def _tell_roles(draft: Draft, names: _Names) -> None:
    judged = {*names.tests, *draft.section("fields").ids}
    for entry, one in draft.of("roles", written.RoleEntry):
        names.known("organisations", one.organisation, entry, ("organisation",))
        for index, what in enumerate(one.expertise):
            if what not in judged:
                draft.blame(entry, ("expertise", index), f"is neither a test nor a field{nearest(what, judged)}")
        for index, away in enumerate(one.away):
            if away.last < away.first:
                draft.blame(entry, ("away", index, "to"), "lies before 'from'")


def _tell_fields(draft: Draft) -> None:
    for entry, one in draft.of("fields", written.FieldEntry):
        if one.kind in ("choice", "choices") and not one.options:
            draft.blame(entry, ("kind",), "needs 'options', the answers there are to choose from")
        if one.kind not in ("choice", "choices") and one.options:
            draft.blame(entry, ("options",), f"only a choice has options; this field's kind is {one.kind}")
        if one.unit is not None and one.kind != "number":
            draft.blame(entry, ("unit",), f"only a number has a unit; this field's kind is {one.kind}")
        _tell_twice(draft, entry, ("options",), [option.id for option in one.options])


def _tell_twice(draft: Draft, entry: Entry[Any], path: tuple[Step, ...], ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for index, id_ in enumerate(ids):
        if id_ in seen:
            draft.blame(entry, (*path, index, "id"), "is used twice here")
        seen.add(id_)


_KINDS = {
    "minimum": ("number", "date"),
    "maximum": ("number", "date"),
    "at_least": ("choice",),
    "one_of": ("choice", "choices", "text"),
    "holds": ("yes-no",),
}


def _tell_criteria(draft: Draft, names: _Names) -> None:
    for entry, one in draft.of("criteria", written.CriterionEntry):
        names.known("fields", one.field, entry, ("field",))
        field = names.fields.get(one.field)
        if field is not None:
            _tell_criterion(draft, names, entry, one, field)
        for name, options in one.only_for.items():
            if names.known("fields", name, entry, ("only_for",)):
                for index, option in enumerate(options):
                    names.option(name, option, entry, ("only_for", name, index))


def _tell_criterion(
    draft: Draft, names: _Names, entry: Entry[Any], one: written.CriterionEntry, field: written.FieldEntry
) -> None:
    asked = [key for key in _KINDS if getattr(one, key) not in (None, [])]
    if not asked:
        draft.problems.add(entry.place(), f"asks nothing; say one of {', '.join(_KINDS)}")
    for key in asked:
        if field.kind not in _KINDS[key]:
            what = f"fits no field of kind {field.kind}; it is for {' and '.join(_KINDS[key])}"
            draft.blame(entry, (key,), what)
    ages = field.kind == "date"
    if ages and one.on is None:
        draft.problems.add(entry.place("field"), "ages count on a day: say it as 'on'")
    if not ages and one.on is not None:
        draft.blame(entry, ("on",), "is for ages only, that is for a field of kind date")
    if one.minimum is not None and one.maximum is not None and one.maximum < one.minimum:
        draft.blame(entry, ("maximum",), "is less than 'minimum', so nobody could meet it")
    if one.band and not (one.minimum is not None or one.maximum is not None):
        draft.blame(entry, ("band",), "has no limit that it could lie around")
    if ages and any(limit is not None and limit != int(limit) for limit in (one.minimum, one.maximum)):
        draft.problems.add(entry.place("minimum"), "ages are whole years")
    if field.kind != "text":
        for index, option in enumerate(one.one_of):
            names.option(one.field, option, entry, ("one_of", index))
    if one.at_least is not None:
        names.option(one.field, one.at_least, entry, ("at_least",))


def _tell_boards(draft: Draft, names: _Names) -> None:
    for entry, one in draft.of("boards", written.BoardEntry):
        _tell_sitting(draft, names, entry, one.chair, ("chair",))
        for index, member in enumerate(one.members):
            _tell_sitting(draft, names, entry, member, ("members", index))
        there = len({one.chair, *one.members})
        if one.quorum > there:
            draft.blame(entry, ("quorum",), f"is more than the {there} who sit on it, so it could never decide")


def _tell_sitting(draft: Draft, names: _Names, entry: Entry[Any], role: str, path: tuple[Step, ...]) -> None:
    found = names.roles.get(role)
    if found is None:
        names.known("roles", role, entry, path)
    elif "board" not in found.rights:
        draft.blame(entry, path, "has not the right 'board'; give it, or name another role")


def _tell_stages(draft: Draft, names: _Names) -> None:
    for entry, one in draft.of("stages", written.StageEntry):
        names.known("organisations", one.run_by, entry, ("run_by",))
        for index, criterion in enumerate(one.criteria):
            names.known("criteria", criterion, entry, ("criteria", index))
        for index, room in enumerate(one.rooms):
            names.known("rooms", room, entry, ("rooms", index))
        if one.board is not None:
            names.known("boards", one.board, entry, ("board",))
        if one.passes_on is not None:
            names.known("organisations", one.passes_on.to, entry, ("passes_on", "to"))
            for index, field in enumerate(one.passes_on.fields):
                names.known("fields", field, entry, ("passes_on", "fields", index))
        _tell_twice(draft, entry, ("tests",), [test.id for test in one.tests])
        for index, test in enumerate(one.tests):
            _tell_test(draft, entry, ("tests", index), test)


def _tell_test(draft: Draft, entry: Entry[Any], path: tuple[Step, ...], test: written.TestEntry) -> None:
    _tell_twice(draft, entry, (*path, "items"), [item.id for item in test.items])
    lowest, highest = test.scale
    if test.pass_mark is not None and not lowest < test.pass_mark <= highest:
        draft.blame(entry, (*path, "pass_mark"), f"should lie above {lowest:g} and not above {highest:g}, its scale")
    if test.weight < 0:
        draft.blame(entry, (*path, "weight"), "should not be negative")
    if any(item.weight < 0 for item in test.items) or not any(item.weight for item in test.items):
        draft.problems.add(entry.place(*path, "items"), "the weights of items should be positive, or some of them zero")


def _tell_together(draft: Draft) -> None:
    """What somebody must be there for: each stage does something, and each thing asked has somebody who does it."""
    roles = [one for _, one in draft.of("roles", written.RoleEntry)]
    rooms = {one.id: one.kind for _, one in draft.of("rooms", written.RoomEntry)}
    used: set[str] = set()
    for entry, one in draft.of("stages", written.StageEntry):
        used |= set(one.criteria)
        if not (one.criteria or one.tests or one.medical):
            draft.problems.add(entry.place(), "looks at nothing: give it criteria, tests or a medical examination")
        if one.medical and not any("medical" in role.rights for role in roles):
            draft.blame(entry, ("medical",), "no role has the right 'medical', so nobody could give the verdict")
        if (one.tests or one.places is not None) and one.board is None:
            draft.problems.add(entry.place(), "has tests or places, so somebody must decide: name its 'board'")
        if one.combining == "compensatory" and one.tests and not any(test.weight for test in one.tests):
            draft.blame(entry, ("combining",), "no test of it has a weight, so nothing could be put together")
        for index, test in enumerate(one.tests):
            _tell_able(draft, entry, ("tests", index), test, roles)
            kinds = [rooms[room] for room in one.rooms]
            if test.room is not None and test.duration is not None and test.room not in kinds:
                what = f"no room of this stage is of this kind{nearest(test.room, kinds)}"
                draft.blame(entry, ("tests", index, "room"), what)
    for criterion, one_criterion in draft.of("criteria", written.CriterionEntry):
        if one_criterion.id not in used:
            draft.problems.add(criterion.place("id"), "no stage looks at this criterion; name it in one, or delete it")
    for right in ("office", "data-protection"):
        if not any(right in role.rights for role in roles):
            draft.problems.add(draft.section("roles").entries[0].place(), f"no role has the right {right!r}")


def _tell_able(
    draft: Draft, entry: Entry[Any], path: tuple[Step, ...], test: written.TestEntry, roles: list[written.RoleEntry]
) -> None:
    able = [
        role
        for role in roles
        if "assessor" in role.rights
        and (not role.expertise or test.id in role.expertise)
        and (test.language is None or not role.languages or test.language in role.languages)
    ]
    if len(able) < test.assessors:
        what = f"asks for {test.assessors} assessors a candidate, and {len(able)} roles can judge it"
        draft.problems.add(entry.place(*path, "assessors"), f"{what} (right, expertise, language)")


def _tell_cohort(draft: Draft, names: _Names) -> None:
    found = draft.once("cohort", written.CohortSection)
    if found is None:
        return
    entry, one = found
    if len(set(one.seats)) < len(one.seats):
        draft.blame(entry, ("seats",), "names a seat twice")
    shown = {test.skill: test for test in names.tests.values() if test.skill is not None}
    for index, need in enumerate(one.needs):
        test = shown.get(need.skill)
        path = ("needs", index, "at_least")
        if test is None and need.skill not in names.fields:
            draft.blame(entry, ("needs", index, "skill"), f"no test shows this skill{nearest(need.skill, shown)}")
        elif test is not None and not test.scale[0] <= need.at_least <= test.scale[1]:
            draft.blame(entry, path, f"lies outside the scale of {test.id!r}, {test.scale[0]:g} to {test.scale[1]:g}")


def _tell_population(draft: Draft, names: _Names) -> None:
    for entry in draft.section("population").entries:
        one = entry.model
        if not isinstance(one, written.PopulationEntry):
            continue
        names.known("fields", one.field, entry, ("field",))
        for name, option in one.group.items():
            if names.known("fields", name, entry, ("group",)):
                names.option(name, option, entry, ("group", name))
        for option in one.shares:
            names.option(one.field, option, entry, ("shares", option))
        if (one.mean is None) != (one.sd is None) or (one.sd is not None and one.sd <= 0):
            draft.problems.add(entry.place("sd"), "a spread of numbers has both 'mean' and a positive 'sd'")
        if any(not 0 <= share <= 1 for share in one.shares.values()) or sum(one.shares.values()) > 1 + 1e-9:
            draft.problems.add(entry.place("shares"), "shares lie between 0 and 1, and together at most 1")
