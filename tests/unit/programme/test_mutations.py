"""Whatever the bytes of a programme are, reading it gives a Programme or InputErrors with a place, nothing else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from breaking import BASE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hamsafar.errors import InputError, InputErrors
from hamsafar.programme import read_programme

FILES = {path.name: path.read_bytes() for path in sorted(BASE.iterdir())}
_SPICE = [
    b"", b"\n", b"\t", b" ", b":", b": ", b"- ", b"[", b"]", b"{", b"}", b",", b"'", b'"', b"&a ", b"*a", b"!!int ",
    b"|", b">", b"%", b"@", b"#", b"---\n", b"...", b"null", b"~", b"0x", b"1e999", b".nan", b"-.inf", b"9" * 400,
    b"\x00", b"\xff", b"\xef\xbb\xbf", "ی".encode(), "\u2028".encode(), b'"\\UFFFFFFFF"', b'"\\x00"', b"? ", b"<<: ",
    b"true", b"-1", b"0", b"60 min", b"1000000 d", b"2027-02-30", b"everyone", b"a" * 300,
]  # fmt: skip
EDIT = st.tuples(st.integers(0, 10_000), st.integers(0, 12), st.one_of(st.sampled_from(_SPICE), st.binary(max_size=4)))


def mutated(raw: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for at, length, new in edits:
        start = at % (len(raw) + 1)
        raw = raw[:start] + new + raw[start + length :]
    return raw


@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(name=st.sampled_from(sorted(FILES)), edits=st.lists(EDIT, min_size=1, max_size=3))
def test_mutations_give_a_programme_or_input_errors(name: str, edits: list[tuple[int, int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for other, raw in FILES.items():
            (folder / other).write_bytes(mutated(raw, edits) if other == name else raw)
        errors: tuple[InputError, ...] = ()
        try:
            read_programme(folder)
        except InputErrors as found:
            errors = found.errors
        assert all(error.where.startswith(str(folder)) and error.what for error in errors)
