"""One change of a record: its rows, and the event that chains them to all before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from math import isfinite
from typing import Any

from nacl.signing import SigningKey
from sqlalchemy import Connection, Table, insert, select

from hamsafar.domain.campaign import Campaign, Right
from hamsafar.domain.selection import (
    Applicant,
    Assigned,
    Decision,
    Declaration,
    Mark,
    Medical,
    Notice,
    Screened,
)
from hamsafar.errors import InputError, InputErrors
from hamsafar.store import rows, tables
from hamsafar.store.canonical import (
    START,
    canonical_json,
    chained,
    hashed_columns,
    row_hash,
    rows_digest,
    tables_digest,
)
from hamsafar.store.databases import add_rows
from hamsafar.store.heads import Head, signed
from hamsafar.store.keys import PersonKeys
from hamsafar.store.nouns import campaign_text
from hamsafar.store.rights import demand, refused
from hamsafar.store.rows import Row
from hamsafar.store.sealing import application_text, sealed, sealed_to_officer
from hamsafar.timeline import Instant

_CHUNK = 5_000  # rows that are written at once

__all__ = ["Change", "ensure_text"]


class Change:
    """What is written in one go: all of it with one event, or nothing. `Record.change` makes it.

    `body` is what the event itself says: counts, digests; nothing personal, as it is never sealed.
    """

    def __init__(
        self, connection: Connection, *, campaign: Campaign, keys: PersonKeys, by: str, command: str, reason: str
    ) -> None:
        self.body: dict[str, Any] = {}
        self.by, self.command, self.reason = by, command, reason
        self._connection, self._campaign, self._keys = connection, campaign, keys
        last = connection.execute(
            select(tables.event.c.number, tables.event.c.chain).order_by(tables.event.c.number.desc()).limit(1)
        ).first()
        self.number: int = last.number + 1 if last else 1
        self._before: str = last.chain if last else START
        self._hashes: dict[str, list[bytes]] = {}
        self._known: dict[str, bytes] | None = None
        self._gone: frozenset[str] = frozenset()
        self._person_keys: dict[str, bytes] = {}

    # What happens in a campaign.

    def add_applicants(self, applicants: Iterable[Applicant]) -> None:
        """Adds applications, each sealed under a key of its person; a code that is there already gets a new version."""
        self._demand(["office"], "add applications")
        known = self._candidates()
        given = tuple(applicants)
        self._refuse_expired([one.code for one in given])
        new = dict.fromkeys(one.code for one in given if one.code not in known)
        self._sweep(known)
        made = self._keys.add(new)
        hashes = known | {code: pair[1] for code, pair in made.items()}
        self._person_keys |= {code: pair[0] for code, pair in made.items()}
        self._need_keys(one.code for one in given)
        self._known = hashes
        self._write(tables.applicant, (self._applicant_row(one, hashes[one.code]) for one in given))

    def _applicant_row(self, one: Applicant, key_hash: bytes) -> Row:
        blob, committed = sealed(application_text(one), one.code, self._person_keys[one.code])
        return {
            "candidate": one.code,
            "source": one.source,
            "valid": int(one.valid),
            "key_hash": key_hash,
            "sealed": blob,
            "commitment": committed,
        }

    def _sweep(self, known: Mapping[str, bytes]) -> None:
        """Destroys keys of nobody, that an interrupted intake left: nobody else is at it while we hold the lock."""
        left = self._keys.hashes().keys() - known.keys()
        if left:
            self._keys.destroy(left)

    def withdraw(self, codes: Iterable[str]) -> None:
        """Notes that applications were withdrawn."""
        self._demand(["office", "data-protection"], "withdraw applications")
        self._write(tables.withdrawn, ({"candidate": code} for code in self._all_known(codes)))

    def screened(self, given: Iterable[Screened]) -> None:
        """Adds what the criteria say; of one candidate, stage and criterion the last counts."""
        self._demand(["office"], "screen")
        self._write(tables.screened, (rows.screened_row(one) for one in self._of_known(given)))

    def declared(self, given: Iterable[Declaration]) -> None:
        """Adds declarations of conflicts of interest; assessors may declare for themselves."""
        self._own("declare for others", given := tuple(given), lambda one: one.assessor)
        self._all_known(one.candidate for one in given if one.candidate is not None)
        self._write(tables.declaration, (rows.declaration_row(one) for one in given))

    def assigned(self, given: Iterable[Assigned]) -> None:
        """Adds assignments. Of each stage's test that is named, these replace all that were there before."""
        self._demand(["office"], "assign assessors")
        self._write(tables.assigned, (rows.assigned_row(one) for one in self._of_known(given)))

    def marked(self, given: Iterable[Mark]) -> None:
        """Adds marks; of one candidate, test, item and assessor the last counts. Assessors may add their own."""
        self._own("add marks of others", given := tuple(given), lambda one: one.assessor)
        self._need_keys({one.candidate for one in given if one.note})
        self._write(tables.mark, (self._mark_row(one) for one in self._of_known(given)))

    def _mark_row(self, one: Mark) -> Row:
        if one.mark is not None and not isfinite(one.mark):
            raise InputError("is no mark: it should be a finite number", where=f"{one.candidate} {one.item}")
        row = rows.mark_row(one)
        if one.note:
            row["sealed"], row["commitment"] = self._sealed(one.note, one.candidate)
        return row

    def medical(self, one: Medical, details: bytes = b"") -> None:
        """Adds a medical verdict; its details are sealed to the medical officer's key, and under the person's."""
        self._demand(["medical"], "give medical verdicts")
        self._all_known([one.candidate])
        self._refuse_expired([one.candidate])
        row = rows.medical_row(one)
        if details:
            self._need_keys([one.candidate])
            person = self._person_keys[one.candidate]
            row["sealed"], row["commitment"] = sealed_to_officer(
                details, one.candidate, bytes.fromhex(self._officer()), person
            )
        self._write(tables.medical, [row])

    def _officer(self) -> str:
        key = tables.public_key.c
        asked = select(key.key).where(key.purpose == "medical").order_by(key.event.desc(), key.line.desc()).limit(1)
        found = self._connection.execute(asked).scalar()
        if found is None:
            raise InputError(
                "has no key of the medical officer yet; make one with `hamsafar select medical --make-key`"
            )
        return str(found)

    def decided(self, given: Iterable[Decision]) -> None:
        """Adds decisions; a later one of the same candidate and stage counts, and both stay.

        Where a stage has no board, the criteria decide, and the office may write down what they say.
        """
        given = tuple(given)
        boards = {stage.id: stage.board for stage in self._campaign.stages}
        open_to_office = all(one.stage in boards and boards[one.stage] is None for one in given)
        self._demand(["board", "office"] if open_to_office else ["board"], "decide")
        self._refuse_expired([one.candidate for one in given])
        self._write(tables.decision, (rows.decision_row(one) for one in self._of_known(given)))

    def noticed(self, given: Iterable[Notice]) -> None:
        """Adds what candidates were told or are owed; the text is sealed."""
        self._demand(["office"], "send notices")
        given = tuple(given)
        self._need_keys({one.candidate for one in given if one.text})
        self._write(tables.notice, (self._notice_row(one) for one in self._of_known(given)))

    def _notice_row(self, one: Notice) -> Row:
        row = rows.notice_row(one)
        if one.text:
            row["sealed"], row["commitment"] = self._sealed(one.text, one.candidate)
        return row

    # What the record itself needs.

    def amended(self, campaign: Campaign, text: bytes) -> None:
        """Adds the campaign as it is from now on, and the text it was read from."""
        if self.number > 1:
            self._demand(["office"], "change the campaign")
        self._write(tables.campaign, [{"text": text, "noun": campaign_text(campaign)}])

    def add_public_key(self, purpose: str, key: bytes) -> None:
        """Adds a public key: `signing`, the record's own, or `medical`, to which medical details are sealed."""
        if purpose == "medical":
            self._demand(["medical"], "make the medical key")
        self._write(tables.public_key, [{"role": self.by, "purpose": purpose, "key": key.hex()}])

    def accessed(self, candidates: Iterable[str | None], what: str, purpose: str) -> None:
        """Adds who is being read; None stands for all who are in the record."""
        said = ({"candidate": code, "what": what, "purpose": purpose} for code in candidates)
        self._write(tables.access, said)

    def expired(self, codes: Iterable[str], why: str) -> None:
        """Adds whose personal data end here; `Record.expire` then destroys the keys."""
        self._demand(["data-protection"], "let personal data expire")
        self._write(tables.expired, ({"candidate": code, "why": why} for code in self._all_known(codes)))

    # Writing.

    def _write(self, table: Table, given: Iterable[Row]) -> None:
        columns = hashed_columns(table)
        hashes = self._hashes.setdefault(table.name, [])
        numbered = self._numbered(table, columns, given, hashes)
        order = tuple(column.name for column in table.columns)
        while chunk := list(islice(numbered, _CHUNK)):
            add_rows(self._connection, table.name, order, [tuple([row[name] for name in order]) for row in chunk])

    def _numbered(
        self, table: Table, columns: tuple[str, ...], given: Iterable[Row], hashes: list[bytes]
    ) -> Iterator[Row]:
        for row in given:
            row["event"], row["line"] = self.number, len(hashes) + 1
            ensure_text(row.values())
            row["row_hash"] = row_hash(table.name, columns, [row[name] for name in columns])
            hashes.append(row["row_hash"])
            yield row

    def finish(self, at: Instant, key: SigningKey) -> Head:
        """Writes the event over all rows, and returns the signed head that ends with it."""
        written = {name: [len(hashes), rows_digest(hashes)] for name, hashes in self._hashes.items() if hashes}
        said = {
            "number": self.number,
            "at": at.exact_iso(),
            "role": self.by,
            "command": self.command,
            "reason": self.reason,
            "body": canonical_json(self.body),
            "tables": canonical_json(written),
        }
        said["digest"] = tables_digest(str(said["tables"]))
        said["chain"] = chained(self._before, said)
        head = signed(key, campaign=self._campaign.id, number=self.number, chain=str(said["chain"]), at=str(said["at"]))
        self._connection.execute(insert(tables.event), [said | {"signature": head.signature}])
        return head

    # Checking.

    def _demand(self, rights: Collection[Right], to: str) -> None:
        demand(self._campaign, self.by, rights, to)

    def _own(self, to: str, given: tuple[Any, ...], whose: Callable[[Any], str]) -> None:
        """The office for anybody, an assessor for themselves."""
        role = demand(self._campaign, self.by, ["office", "assessor"], to)
        if "office" not in role.rights and any(whose(one) != self.by for one in given):
            raise refused(self._campaign, self.by, ["office"], to)

    def _candidates(self) -> dict[str, bytes]:
        """Who is in the record, each with the hash of their wrapped key."""
        if self._known is None:
            table = tables.applicant.c
            found = self._connection.execute(select(table.candidate, table.key_hash))
            self._known = {row.candidate: row.key_hash for row in found}
            self._gone = frozenset(self._connection.execute(select(tables.expired.c.candidate)).scalars())
        return self._known

    def _refuse_expired(self, codes: Iterable[str]) -> None:
        self._candidates()
        errors = [
            InputError("personal data of this candidate have expired; nothing can be added any more", where=code)
            for code in dict.fromkeys(codes)
            if code in self._gone
        ]
        if errors:
            raise InputErrors(errors)

    def _all_known(self, codes: Iterable[str]) -> tuple[str, ...]:
        known, given = self._candidates(), tuple(codes)
        errors = [InputError("is no candidate of this campaign", where=one) for one in given if one not in known]
        if errors:
            raise InputErrors(errors)
        return given

    def _of_known(self, given: Iterable[Any]) -> Iterator[Any]:
        known = self._candidates()
        for one in given:
            if one.candidate not in known:
                raise InputError("is no candidate of this campaign", where=str(one.candidate))
            yield one

    def _need_keys(self, codes: Iterable[str]) -> None:
        wanted = dict.fromkeys(code for code in codes if code not in self._person_keys)
        if not wanted:
            return
        self._all_known(wanted)
        self._refuse_expired(wanted)
        self._person_keys |= self._keys.of(wanted)
        for code in wanted:
            if code not in self._person_keys:
                raise InputError("the key of this candidate is missing, so nothing can be sealed", where=code)

    def _sealed(self, text: str, code: str) -> tuple[bytes, bytes]:
        ensure_text([text], code)
        return sealed(text.encode("utf-8"), code, self._person_keys[code])


def ensure_text(values: Iterable[object], where: str = "") -> None:
    """Raises InputError where a text holds what no database keeps: a NUL, or half a letter of UTF-16."""
    for value in values:
        if type(value) is str and ("\0" in value or not (value.isascii() or _is_unicode(value))):
            raise InputError(f"holds characters that are no text (got {value!r:.80})", where=where)


def _is_unicode(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
