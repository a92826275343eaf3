"""What a record says once it is opened: applications, notes, medical details. Every such look is written down first."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import Any

from attrs import evolve

from hamsafar.domain.campaign import Right
from hamsafar.domain.selection import Applicant, Mark
from hamsafar.errors import InputError
from hamsafar.store import rows, tables
from hamsafar.store.keys import PASSPHRASE_VARIABLE, PersonKeys, key_in
from hamsafar.store.reads import Reads, latest
from hamsafar.store.rights import demand
from hamsafar.store.sealing import application, opened, opened_by_officer, source_digest, source_id_of

KEYS, PERSON_KEYS = "keys", "keys.db"
_READING: tuple[Right, ...] = "office", "data-protection"  # who may open all that an application says
_ALL_MARKS: tuple[Right, ...] = "office", "board", "data-protection"


class PersonalReads(Reads, ABC):
    """The looks at a record for which persons' keys are needed."""

    @cached_property
    def _campaign_key(self) -> bytes:
        return key_in(self.folder / KEYS / "campaign.key", "campaign", os.environ.get(PASSPHRASE_VARIABLE))

    @cached_property
    def _keys(self) -> PersonKeys:
        return PersonKeys(self.folder / PERSON_KEYS, self._campaign_key)

    @abstractmethod
    def log_read(self, candidates: Iterable[str | None], what: str, *, by: str, purpose: str) -> None:
        """Writes down who reads what of whom, before it is read; None stands for all."""

    def applicants(
        self,
        *,
        by: str,
        purpose: str,
        fields: Collection[str] | None = None,
        codes: Collection[str] | None = None,
    ) -> tuple[Applicant, ...]:
        """The applications, in the order in which they came, without those that have expired; the read is recorded.

        Of `fields` alone if given, of `codes` alone if given. The office and data protection see every field; boards
        those that don't tell who somebody is. Raises InputError for others, and for a field they may not see.
        """
        shown = self._fields_shown(by, fields)
        whom = codes if codes is not None else (None,)
        self.log_read(whom, f"application: {self._told(shown)}", by=by, purpose=purpose)
        found = self._applications(codes)
        return tuple(_with_fields(one, shown) for one in found)

    def _fields_shown(self, by: str, fields: Collection[str] | None) -> frozenset[str]:
        role = demand(self.campaign, by, [*_READING, "board"], "read what applications say")
        every = {one.id: one for one in self.campaign.fields}
        unknown = set(fields or ()) - every.keys()
        if unknown:
            raise InputError(f"is no field of an application (got {sorted(unknown)[0]})", where="fields")
        if set(role.rights) & set(_READING):
            return frozenset(every if fields is None else fields)
        open_fields = {name for name, one in every.items() if not one.identifies}
        asked = open_fields if fields is None else set(fields)
        if asked - open_fields:
            demand(self.campaign, by, _READING, f"read the field {min(asked - open_fields)}")
        return frozenset(asked)

    def _told(self, shown: frozenset[str]) -> str:
        every = len(shown) == len(self.campaign.fields)
        return "all fields" if every else ", ".join(sorted(shown))

    def _applications(self, codes: Collection[str] | None) -> list[Applicant]:
        found = latest(self.rows_of(tables.applicant), lambda row: row.candidate)
        gone, left = self._withdrawn(), self.expired()
        asked = [code for code in found if code not in left and (codes is None or code in codes)]
        keys = self._keys.of(asked)
        return [
            application(
                opened(found[code].sealed, code, _key(keys, code), found[code].commitment),
                code=code,
                source=found[code].source,
                valid=bool(found[code].valid),
                withdrawn=code in gone,
            )
            for code in asked
        ]

    def sources(self) -> Mapping[tuple[str, str], str]:
        """Which code an application has, by the source's name and its number there; without those that have expired.

        It tells the office what it wrote itself, and nothing of a person, so it is not a read that is recorded.
        """
        found = latest(self.rows_of(tables.applicant), lambda row: row.candidate)
        left = self.expired()
        keys = self._keys.of(code for code in found if code not in left)
        return {
            (row.source, source_id_of(opened(row.sealed, code, _key(keys, code), row.commitment))): code
            for code, row in found.items()
            if code not in left
        }

    def expired_among(self, source: str, ids: Iterable[str]) -> frozenset[str]:
        """Those numbers of a source whose applications have expired: they are not taken in again."""
        said = (one.body.get("sources") for one in self.events() if one.command == "expire")
        gone = {digest for each in said if isinstance(each, list) for digest in each}
        return frozenset(one for one in ids if gone and source_digest(self._campaign_key, source, one) in gone)

    def _source_digests(self, codes: Collection[str]) -> list[str]:
        """Of each application that its key still opens, what stays when it expires; sorted, so no code goes with it."""
        keys = self._keys.of(codes)
        found = latest(self.rows_of(tables.applicant), lambda row: row.candidate)
        kept = {code: found[code] for code in codes if code in found and code in keys}
        numbers = {
            code: source_id_of(opened(row.sealed, code, keys[code], row.commitment)) for code, row in kept.items()
        }
        return sorted(source_digest(self._campaign_key, kept[code].source, one) for code, one in numbers.items())

    def marks(self, stage: str, *, by: str) -> tuple[Mark, ...]:
        """The last mark of each item by each assessor, as far as this role may see them.

        The office and the boards see all. An assessor sees their own, and those of others in the tests they mark, of
        each candidate on whom all of theirs in this stage are in: nobody is led by what others gave. `None` given by
        an assessor opens nothing, or a sheet of dashes would; what the office brought in does.
        Notes are shown while the candidate's personal data last.
        """
        role = demand(self.campaign, by, [*_ALL_MARKS, "assessor"], "see marks")
        kept = tables.mark
        found = latest(
            self.rows_of(kept, kept.c.stage == stage), lambda row: (row.candidate, row.test, row.item, row.assessor)
        )
        shown = list(found.values())
        if not set(role.rights) & set(_ALL_MARKS):
            shown = self._shown_to(by, stage, shown)
        notes = self.texts_of(kept, [row for row in shown if row.sealed is not None])
        return tuple(rows.mark(row, notes.get((row.event, row.line), "")) for row in shown)

    def counted_marks(self, stage: str, *, by: str) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """The marks of a stage that count, and those that don't: by somebody who declared a conflict afterwards.

        The record keeps both. A conflict counts in the stage for which it was declared, until it is taken back there.
        """
        barred = {(one.assessor, one.candidate) for one in self.declarations(stage) if one.conflict and one.candidate}
        marks = self.marks(stage, by=by)
        left_out = tuple(one for one in marks if (one.assessor, one.candidate) in barred)
        return tuple(one for one in marks if (one.assessor, one.candidate) not in barred), left_out

    def _shown_to(self, assessor: str, stage: str, found: list[Any]) -> list[Any]:
        items = {test.id: {item.id for item in test.items} for test in self.stage(stage).tests}
        owed: dict[str, set[str]] = {}  # candidate → the tests in which this assessor marks them
        for one in self.assignments(stage):
            if one.assessor == assessor:
                owed.setdefault(one.candidate, set()).add(one.test)
        given: dict[tuple[str, str], set[str]] = {}
        own = {event.number for event in self.events() if event.by == assessor}
        for row in found:
            if row.assessor == assessor and (row.mark is not None or row.event not in own):
                given.setdefault((row.candidate, row.test), set()).add(row.item)
        done = {
            code for code, tests in owed.items() if all(given.get((code, test), set()) >= items[test] for test in tests)
        }
        return [
            row
            for row in found
            if row.assessor == assessor or (row.candidate in done and row.test in owed[row.candidate])
        ]

    def texts_of(self, table: Any, found: Collection[Any]) -> dict[tuple[int, int], str]:
        """What is sealed in rows, by event and line; nothing of those that have expired."""
        left = self.expired()
        keys = self._keys.of({row.candidate for row in found if row.candidate not in left}) if found else {}
        return {
            (row.event, row.line): opened(row.sealed, row.candidate, _key(keys, row.candidate), row.commitment).decode(
                "utf-8"
            )
            for row in found
            if row.candidate not in left
        }

    def medical_details(self, candidate: str, stage: str, *, by: str, purpose: str, key: bytes) -> bytes:
        """The details of the last medical examination of a stage that has any, with the officer's private key.

        The read is recorded. Raises InputError for other roles, where there are none, and for another key.
        """
        demand(self.campaign, by, ["medical"], "read medical details")
        kept = tables.medical.c
        where = kept.candidate == candidate, kept.stage == stage, kept.sealed.is_not(None)
        found = self.rows_of(tables.medical, *where)
        if not found:
            raise InputError(f"has no medical details in the stage {stage}", where=candidate)
        if candidate in self.expired():
            raise InputError("personal data of this candidate have expired", where=candidate)
        self.log_read([candidate], f"medical details: {stage}", by=by, purpose=purpose)
        person = _key(self._keys.of([candidate]), candidate)
        return opened_by_officer(found[-1].sealed, candidate, key, person, found[-1].commitment)


def _key(keys: Mapping[str, bytes], code: str) -> bytes:
    if code not in keys:
        raise InputError("the key of this candidate is missing though it has not expired; audit the record", where=code)
    return keys[code]


def _with_fields(one: Applicant, shown: frozenset[str]) -> Applicant:
    return evolve(one, fields={name: value for name, value in one.fields.items() if name in shown})
