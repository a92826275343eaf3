"""PDDL 2.1 with durative actions (Fox and Long 2003): text to domain and instance, each thing with its place.

Read are typed objects, actions of a fixed duration, and conditions and effects that are conjunctions of timed
literals. Anything else is an error that says where. PDDL makes no difference between upper and lower case: names are
kept here in lower case, and objects besides as they are written where they are declared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.schedule.formats.words import Line, Word, lines_of, shown

_TOKEN = re.compile(r"[()]|[^\s()]+")
_MINUTES = re.compile(r"([0-9]{1,7})(\.0*)?")

When = Literal["at start", "at end", "over all"]
_WHEN: Mapping[tuple[str, str], When] = {
    ("at", "start"): "at start",
    ("at", "end"): "at end",
    ("over", "all"): "over all",
}


@frozen
class Form:
    """A pair of brackets and what is in it."""

    items: tuple[Form | Word, ...]
    line: int
    column: int


@frozen
class Fact:
    """A predicate and what it says it of; in an action its parameters are told by their position, "?0", "?1"."""

    predicate: str
    of: tuple[str, ...]


@frozen
class Timed:
    """A fact that is asked for, or made true or untrue, at one time of an action."""

    when: When
    true: bool
    fact: Fact


@frozen(kw_only=True)
class Action:
    """A durative action: the types of its parameters, how long it lasts, what it asks for and what it brings about."""

    name: str
    types: tuple[str, ...]
    duration: int
    conditions: frozenset[Timed]
    effects: frozenset[Timed]
    line: int
    column: int


@frozen(kw_only=True)
class Domain:
    """What may be said and done."""

    file: str
    name: str
    predicates: Mapping[str, tuple[str, ...]]  # the types of what each is said of
    actions: Mapping[str, Action]


@frozen(kw_only=True)
class Instance:
    """Objects with their types, what is true at the start, and what is to be true at the end, with their places."""

    file: str
    name: str
    domain: str
    objects: Mapping[str, tuple[str, str]]  # type, and the name as it is written
    init: Mapping[Fact, str]
    goal: Mapping[Fact, str]

    def of_type(self, kind: str) -> tuple[str, ...]:
        """The objects of a type, in the order of the file."""
        return tuple(name for name, (its_type, _) in self.objects.items() if its_type == kind)

    def written(self, *names: str) -> str:
        """Objects as they are written, with a blank between."""
        return " ".join(self.objects[name][1] if name in self.objects else name for name in names)


def read_domain(file: str, text: str) -> Domain:
    """The domain of a PDDL text. Raises InputError with the place of what is wrong."""
    reader = _Reader(file)
    name, parts = reader.definition(text, "domain")
    predicates: dict[str, tuple[str, ...]] = {}
    actions: dict[str, Action] = {}
    for part in parts:
        head = reader.head(part)
        if head == ":predicates":
            for form in reader.forms(part.items[1:]):
                predicates[reader.head(form)] = tuple(kind for _, kind in reader.typed(form.items[1:]))
        elif head == ":durative-action":
            action = reader.action(part)
            if action.name in actions:
                raise reader.error(part, f"a second action {action.name}")
            actions[action.name] = action
        elif head not in (":requirements", ":types"):
            raise reader.error(part, f"{head} is not read in a domain")
    return Domain(file=file, name=name, predicates=predicates, actions=actions)


def read_instance(file: str, text: str, predicates: Mapping[str, tuple[str, ...]]) -> Instance:
    """The instance of a PDDL text, its facts in these predicates. Raises InputError with the place of what is wrong."""
    reader = _Reader(file)
    name, parts = reader.definition(text, "problem")
    by_head: dict[str, Form] = {}
    for part in parts:
        head = reader.head(part)
        if head in by_head or head not in (":domain", ":requirements", ":objects", ":init", ":goal", ":metric"):
            raise reader.error(
                part, f"{head} is given twice" if head in by_head else f"{head} is not read in a problem"
            )
        by_head[head] = part
    for head in (":domain", ":objects", ":init", ":goal"):
        if head not in by_head:
            raise InputError(f"the problem has no {head}", where=f"{file}:1:1")
    reader.ensure_shortest(by_head.get(":metric"))
    objects: dict[str, tuple[str, str]] = {}
    for word, kind in reader.typed(by_head[":objects"].items[1:]):
        if word.text.lower() in objects:
            raise reader.error(word, f"a second object {word.text}")
        objects[word.text.lower()] = (kind, word.text)
    facts = _Facts(reader, predicates, objects)
    return Instance(
        file=file,
        name=name,
        domain=reader.names(by_head[":domain"], 2)[1],
        objects=objects,
        init=facts.among(reader.forms(by_head[":init"].items[1:])),
        goal=facts.among(reader.conjuncts(reader.only(by_head[":goal"]))),
    )


@frozen
class _Facts:
    reader: _Reader
    predicates: Mapping[str, tuple[str, ...]]
    objects: Mapping[str, tuple[str, str]]

    def among(self, forms: tuple[Form, ...]) -> dict[Fact, str]:
        return {self.fact(form): self.reader.where(form) for form in forms}

    def fact(self, form: Form) -> Fact:
        head = self.reader.head(form)
        if head not in self.predicates:
            raise self.reader.error(form, f"the domain has no predicate {head}")
        types = self.predicates[head]
        of = self.reader.names(form, len(types) + 1)[1:]
        for word, name, kind in zip(form.items[1:], of, types, strict=True):
            if name not in self.objects:
                raise self.reader.error(word, f"{name} is not among the objects")
            if self.objects[name][0] != kind:
                raise self.reader.error(
                    word, f"{head} says something of a {kind} here, and {name} is a {self.objects[name][0]}"
                )
        return Fact(head, of)


@frozen
class _Reader:
    file: str

    def where(self, node: Form | Word) -> str:
        return f"{self.file}:{node.line}:{node.column}"

    def error(self, node: Form | Word, what: str) -> InputError:
        return InputError(what, where=self.where(node))

    def definition(self, text: str, kind: str) -> tuple[str, tuple[Form, ...]]:
        """The name and the parts of `(define (kind name) …)`."""
        form = self.read(text)
        if self.head(form) != "define":
            raise self.error(form, "a PDDL text begins with (define …)")
        parts = self.forms(form.items[1:])
        if not parts or self.head(parts[0]) != kind:
            said = self.head(parts[0]) if parts else "nothing"
            raise self.error(form, f"a {kind} should be defined here (got {said})")
        return self.names(parts[0], 2)[1], parts[1:]

    def read(self, text: str) -> Form:
        """The one form of a text, its comments left out."""
        open_forms: list[tuple[Word, list[Form | Word]]] = []
        whole: Form | None = None
        line = Line(1, "")
        for line in lines_of(text):
            for found in _TOKEN.finditer(line.text.partition(";")[0]):
                word = Word(found[0], line.number, found.start() + 1)
                if whole is not None:
                    raise self.error(word, f"nothing should follow the last bracket (got {shown(word.text)})")
                if word.text == "(":
                    open_forms.append((word, []))
                elif not open_forms:
                    raise self.error(word, f"a bracket should open here (got {shown(word.text)})")
                elif word.text == ")":
                    opened, items = open_forms.pop()
                    form = Form(tuple(items), opened.line, opened.column)
                    if open_forms:
                        open_forms[-1][1].append(form)
                    else:
                        whole = form
                else:
                    open_forms[-1][1].append(word)
        if whole is None:
            unclosed = f"; the bracket of line {open_forms[-1][0].line} is not closed" if open_forms else ""
            raise InputError(f"ends too soon{unclosed}; the file is cut off", where=f"{self.file}:{line.number}:1")
        return whole

    def head(self, form: Form) -> str:
        if not form.items or not isinstance(form.items[0], Word):
            raise self.error(form, "a word should follow this bracket")
        return form.items[0].text.lower()

    def forms(self, items: tuple[Form | Word, ...]) -> tuple[Form, ...]:
        for item in items:
            if isinstance(item, Word):
                raise self.error(item, f"a bracket should stand here (got {shown(item.text)})")
        return tuple(item for item in items if isinstance(item, Form))

    def only(self, form: Form) -> Form:
        if len(form.items) != 2 or not isinstance(form.items[1], Form):
            raise self.error(form, f"{self.head(form)} should hold one pair of brackets")
        return form.items[1]

    def names(self, form: Form, count: int) -> tuple[str, ...]:
        """The words of a form, which are so many, in lower case."""
        for item in form.items:
            if isinstance(item, Form):
                raise self.error(item, "a name should stand here, no bracket")
        if len(form.items) != count:
            raise self.error(form, f"{self.head(form)} should have {count - 1} names (got {len(form.items) - 1})")
        return tuple(item.text.lower() for item in form.items if isinstance(item, Word))

    def typed(self, items: tuple[Form | Word, ...]) -> list[tuple[Word, str]]:
        """The names of a typed list, each with its type."""
        found: list[tuple[Word, str]] = []
        waiting: list[Word] = []
        words = iter(items)
        for word in words:
            if not isinstance(word, Word):
                raise self.error(word, "a name should stand here, no bracket")
            if word.text != "-":
                waiting.append(word)
                continue
            kind = next(words, None)
            if not isinstance(kind, Word) or not waiting:
                raise self.error(word, "names, a dash and a type should stand here")
            found += [(name, kind.text.lower()) for name in waiting]
            waiting = []
        if waiting:
            raise self.error(waiting[0], f"{waiting[0].text} has no type")
        return found

    def conjuncts(self, form: Form) -> tuple[Form, ...]:
        """The parts of `(and …)`, or the form alone."""
        return self.forms(form.items[1:]) if form.items and self.head(form) == "and" else (form,)

    def action(self, form: Form) -> Action:
        if len(form.items) % 2 or len(form.items) < 2 or not isinstance(form.items[1], Word):
            raise self.error(form, "an action should have a name, and then words with a colon, each with its bracket")
        name = form.items[1].text.lower()
        parts: dict[str, Form] = {}
        for key, value in zip(form.items[2::2], form.items[3::2], strict=True):
            if not isinstance(key, Word) or not isinstance(value, Form) or key.text.lower() in parts:
                raise self.error(key, f"the action {name} is not of the form :word (…), each once")
            parts[key.text.lower()] = value
        if set(parts) != {":parameters", ":duration", ":condition", ":effect"}:
            raise self.error(form, f"the action {name} should have :parameters, :duration, :condition and :effect")
        parameters = self.typed(parts[":parameters"].items)
        positions = {word.text.lower(): f"?{at}" for at, (word, _) in enumerate(parameters)}
        return Action(
            name=name,
            types=tuple(kind for _, kind in parameters),
            duration=self.minutes(parts[":duration"]),
            conditions=self.conjunction(parts[":condition"], positions),
            effects=self.conjunction(parts[":effect"], positions),
            line=form.line,
            column=form.column,
        )

    def conjunction(self, form: Form, positions: Mapping[str, str]) -> frozenset[Timed]:
        return frozenset(self.timed(literal, positions) for literal in self.conjuncts(form))

    def minutes(self, form: Form) -> int:
        names = self.names(form, 3)
        if names[:2] != ("=", "?duration") or not (found := _MINUTES.fullmatch(names[2])) or not int(found[1]):
            raise self.error(form, f"a duration should be (= ?duration 60), whole minutes (got {' '.join(names)})")
        return int(found[1])

    def timed(self, form: Form, positions: Mapping[str, str]) -> Timed:
        """`(at start (not (available ?c)))`, its variables told by position."""
        if len(form.items) == 3 and isinstance(form.items[1], Word) and isinstance(form.items[2], Form):
            when = _WHEN.get((self.head(form), form.items[1].text.lower()))
            if when is not None:
                said = form.items[2]
                true = self.head(said) != "not"
                said = said if true else self.only(said)
                names = self.names(said, len(said.items))
                return Timed(when, true, Fact(names[0], tuple(positions.get(name, name) for name in names[1:])))
        raise self.error(form, "a fact with its time should stand here, as (at start (available ?c))")

    def ensure_shortest(self, metric: Form | None) -> None:
        if metric is None:
            return
        asked = tuple(i.text.lower() if isinstance(i, Word) else self.names(i, len(i.items)) for i in metric.items[1:])
        if asked not in (("minimize", ("total-time",)), ("minimize", "total-time")):
            raise self.error(metric, "the metric read is (:metric minimize (total-time))")
