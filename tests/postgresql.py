"""A PostgreSQL server of our own for a test session, where Debian's package is installed; nothing of it stays."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Where initdb and postgres are; the newest of several."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def _as_somebody() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then as `postgres`, or nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("no unprivileged user is there to run PostgreSQL as")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def server() -> Iterator[str]:
    """The address of a new server on the loopback, with its database `postgres`; stopped and removed at the end."""
    place = binaries()
    assert place is not None
    somebody = _as_somebody()
    folder = Path(tempfile.mkdtemp(prefix="hamsafar-pg-"))
    port = _free_port()
    try:
        if somebody:
            os.chown(folder, int(str(somebody["user"])), int(str(somebody["group"])))
        data = folder / "data"
        run = {"cwd": folder, "check": True, "capture_output": True, "timeout": 60, **somebody}
        initdb = [place / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(initdb, **run)  # type: ignore[call-overload]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        start = [place / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"]
        subprocess.run(start, **run | {"capture_output": False, "stdout": subprocess.DEVNULL})  # type: ignore[call-overload]
        try:
            yield f"postgresql://tester@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([place / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], **run)  # type: ignore[call-overload]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def empty_database(url: str, name: str) -> str:
    """The address of a new, empty database on a server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return url.rsplit("/", 1)[0] + f"/{name}"
