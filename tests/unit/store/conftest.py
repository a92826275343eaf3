"""The tests of the record run on SQLite, and on PostgreSQL where its binaries are (`slow`: make test-all)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

import postgresql
from hamsafar.store import Record
from records import record_in

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    if postgresql.binaries() is None:
        pytest.skip("no PostgreSQL is installed here")
    with postgresql.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Record]:
    """Makes a record in a folder, on either database; it opens from there as long as the test lasts."""
    if request.param == "sqlite":
        monkeypatch.delenv("HAMSAFAR_RECORD_URL", raising=False)
        return record_in

    def on_server(folder: Path) -> Record:
        url = postgresql.empty_database(request.getfixturevalue("server"), f"record_{next(_numbers)}")
        monkeypatch.setenv("HAMSAFAR_RECORD_URL", url)
        return record_in(folder)

    return on_server
