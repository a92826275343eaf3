"""A file of a programme with some people's entries changed, all else as it was, comments too."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from hamsafar.domain.people import HeldCertificate


@frozen(kw_only=True)
class Shown:
    """What somebody's assessment showed, as a programme says it."""

    languages: tuple[str, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()


def with_people(text: str, shown: Mapping[str, Shown]) -> str:
    """The text of a programme file in which these people have what was shown beside what they had.

    The file has been read without an error before. People whom it does not name are left to other files.
    """
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4_096
    yaml.indent(mapping=2, sequence=4, offset=2)
    document = yaml.load(text)
    for person in document.get("people", ()) if isinstance(document, dict) else ():
        if person.get("id") in shown:
            _change(person, shown[person["id"]])
    out = io.StringIO()
    yaml.dump(document, out)
    return out.getvalue()


def people_named(text: str) -> tuple[str, ...]:
    """The ids of the people in one file."""
    from ruamel.yaml import YAML

    document = YAML(typ="safe", pure=True).load(text)
    if not isinstance(document, dict) or not isinstance(document.get("people"), list):
        return ()
    return tuple(str(person["id"]) for person in document["people"] if isinstance(person, dict) and "id" in person)


def _change(person: Any, shown: Shown) -> None:
    """One entry: languages that are new after those there, certificates in place of those of the same id."""
    spoken = list(person.get("languages", ()))
    new = [one for one in shown.languages if one not in spoken]
    if new:
        person["languages"] = _flow([*spoken, *new])
    if shown.certificates:
        fresh = {one.certificate for one in shown.certificates}
        kept = [one for one in person.get("certificates", ()) if one["certificate"] not in fresh]
        person["certificates"] = [*kept, *map(_held, shown.certificates)]


def _flow(values: list[str]) -> Any:
    from ruamel.yaml.comments import CommentedSeq

    made = CommentedSeq(values)
    made.fa.set_flow_style()
    return made


def _held(one: HeldCertificate) -> Any:
    from ruamel.yaml.comments import CommentedMap

    made = CommentedMap({"certificate": one.certificate, "from": one.valid_from, "until": one.valid_until})
    made.fa.set_flow_style()
    return made
