"""What always holds of the record: its hashed form is JSON, what is sealed opens as it was, bad bytes never crash."""

from __future__ import annotations

import json
import shutil
import string
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hamsafar.domain.selection import Applicant
from hamsafar.errors import InputError
from hamsafar.formats.tables import read_tables
from hamsafar.programme.selection.decisions_table import OUTCOMES, decisions_of
from hamsafar.store import Record, audit, head_of, key_file, key_in
from hamsafar.store.canonical import row_text
from hamsafar.store.sealing import application, application_text, opened, sealed
from hamsafar.timeline import Instant
from records import intake, record_in

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
CELLS = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), FLOATS, st.text(max_size=30), st.binary(max_size=30))


@given(st.lists(CELLS, max_size=8))
def test_the_form_that_is_hashed_is_sorted_json(values: list[Any]) -> None:
    columns = list(string.ascii_lowercase[: len(values)])
    said = {
        name: {"hex": value.hex()} if isinstance(value, bytes) else value
        for name, value in zip(columns, values, strict=True)
        if value is not None
    }
    assert row_text("mark", columns, values) == json.dumps(["mark", said], separators=(",", ":"), sort_keys=True)


VALUES = st.one_of(st.none(), TEXTS, FLOATS, st.booleans(), st.dates(), st.lists(TEXTS, max_size=3).map(tuple))


@given(
    st.dictionaries(TEXTS, VALUES, max_size=6), TEXTS, st.none() | st.integers(0, 10**18), st.lists(TEXTS, max_size=3)
)
def test_what_is_sealed_opens_as_it_was(fields: dict[str, Any], source_id: str, at: int | None, why: list[str]) -> None:
    one = Applicant(
        code="K7Q2-9M",
        source="redcap",
        source_id=source_id,
        submitted=None if at is None else Instant(at),
        fields=fields,
        valid=not why,
        why_invalid=tuple(why),
    )
    blob, committed = sealed(application_text(one), one.code, b"k" * 32)
    text = opened(blob, one.code, b"k" * 32, committed)
    back = application(text, code=one.code, source=one.source, valid=one.valid, withdrawn=False)
    assert back == one
    assert {name: type(value) for name, value in back.fields.items()} == {n: type(v) for n, v in fields.items()}


@given(st.data())
def test_what_is_sealed_opens_with_nothing_else(data: st.DataObject) -> None:
    blob, committed = sealed(b"text", "K7Q2-9M", b"k" * 32)
    at = data.draw(st.integers(0, len(blob) - 1))
    changed = blob[:at] + bytes([blob[at] ^ data.draw(st.integers(1, 255))]) + blob[at + 1 :]
    for wrong in (
        (changed, "K7Q2-9M", b"k" * 32, committed),
        (blob, "K7Q2-9N", b"k" * 32, committed),
        (blob, "K7Q2-9M", b"l" * 32, committed),
        (blob, "K7Q2-9M", b"k" * 32, committed[::-1]),
        (blob[:at], "K7Q2-9M", b"k" * 32, committed),
    ):
        with pytest.raises(InputError):
            opened(*wrong)


@settings(deadline=None)  # the first workbook loads what reads them
@given(st.binary(max_size=300))
@example(b"{}")
@example(b"candidate,outcome,reason\n,,\n")
@example(b"candidate,candidate\n1,2\n")
@example(b'candidate,outcome,reason\n"a\nb",stop,x\n')
def test_any_bytes_are_a_head_a_key_or_decisions_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        for read in (
            lambda: head_of(content, where="head.json"),
            lambda: key_in(path, "medical", "passphrase"),
            lambda: decisions_of(read_tables(content, where="decisions.csv")),
        ):
            with suppress(InputError):
                read()


ROWS = st.lists(
    st.tuples(
        st.text(string.ascii_uppercase + string.digits, min_size=1, max_size=8).map("C{}".format),
        st.sampled_from(OUTCOMES),
        st.text(string.ascii_letters + "امی申请 ", min_size=1, max_size=20).map(
            lambda said: f"x {said.strip()}".strip()
        ),
        st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda row: row[0],
)


@given(ROWS, st.permutations(["candidate", "outcome", "reason", "due"]))
def test_decisions_written_are_decisions_read(rows: list[Any], order: list[str]) -> None:
    lines = [",".join(order)]
    for candidate, outcome, reason, due in rows:
        said = {"candidate": candidate, "outcome": outcome, "reason": reason, "due": due.isoformat() if due else ""}
        lines.append(",".join(said[name] for name in order))
    found = decisions_of(read_tables("\n".join(lines).encode(), where="decisions.csv"))
    assert [(one.candidate, one.outcome, one.due) for one in found] == [(row[0], row[1], row[3]) for row in rows]
    assert [one.reason for one in found] == [" ".join(row[2].split()) for row in rows]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    intake(record_in(folder), 3)
    return folder


@settings(deadline=None, max_examples=30)
@given(share=st.floats(0, 1, exclude_max=True), by=st.integers(1, 255))
def test_a_byte_changed_anywhere_in_the_file_is_found_or_changes_nothing(whole: Path, share: float, by: int) -> None:
    content = (whole / "record" / "campaign.db").read_bytes()
    at = int(share * len(content))
    with tempfile.TemporaryDirectory() as folder:
        copy, kept = (Path(shutil.copytree(whole, Path(folder) / name)) for name in ("changed", "kept"))
        (copy / "record" / "campaign.db").write_bytes(content[:at] + bytes([content[at] ^ by]) + content[at + 1 :])
        try:
            verdict = audit(copy).verdict
        except InputError:
            return  # no record any more, or one of another version
        if verdict == "holds":
            assert said(copy) == said(kept)


def said(folder: Path) -> tuple[object, ...]:
    record = Record.open(folder)
    return record.events(), record.campaign_text, record.applicants(by="office-1", purpose="compare")


@given(st.binary(min_size=32, max_size=32), st.text(max_size=20))
@settings(max_examples=8, deadline=None)
def test_a_key_file_gives_its_key_back(key: bytes, passphrase: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "key"
        path.write_bytes(key_file("medical", key, passphrase or None))
        assert key_in(path, "medical", passphrase or None) == key
        with pytest.raises(InputError, match="of the kind"):
            key_in(path, "signing", passphrase or None)
        if passphrase:
            with pytest.raises(InputError, match="passphrase"):
                key_in(path, "medical", passphrase + "x")
