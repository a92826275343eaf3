"""Parts of a Monte Carlo run on a Dask cluster (extra `cluster`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hamsafar._version import __version__
from hamsafar.errors import InputError

Asked = TypeVar("Asked")
Part = TypeVar("Part")

_WHERE = "--scheduler"
_ANSWER_S = 10.0  # for a scheduler to answer, and for a first worker to be there
_LOOK_S = 0.2


def run_on_cluster(
    run: Callable[[Asked], Part],
    parts: Sequence[Asked],
    address: str,
    *,
    tell: Callable[[int], None],
    is_over: Callable[[], bool],
) -> list[Part]:
    """What the workers made of the parts, in order, as far as all before them were done.

    Raises InputError where `distributed` isn't installed, nobody answers at the address, no worker is there, or the
    workers have another Hamsafar than this one.
    """
    client = _client(address)
    try:
        _refuse_other_versions(client, address)
        futures = client.map(run, parts, pure=False, retries=2)
        try:
            _wait(futures, tell, is_over)
            return _done_in_order(client, futures)
        finally:
            client.cancel(futures)
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        from distributed import Client

        connect: Any = Client
    except ImportError as problem:
        what = "needs the extra `cluster`: pip install 'hamsafar[cluster]'"
        raise InputError(what, where=_WHERE) from problem
    try:
        return connect(address, timeout=_ANSWER_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as problem:
        reason = str(problem).split("\n")[0] or type(problem).__name__
        what = f"no Dask scheduler answers at {address!r} ({reason}); an address looks like tcp://host:8786"
        raise InputError(what, where=_WHERE) from problem


def _version() -> str:
    from hamsafar._version import __version__ as version

    return version


def _refuse_other_versions(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_ANSWER_S)
    except TimeoutError as problem:
        raise InputError(f"the scheduler at {address!r} has no worker; start some first", where=_WHERE) from problem
    try:
        versions: dict[str, str] = client.run(_version)
    except (ImportError, AttributeError) as problem:
        what = f"a worker of {address!r} has no Hamsafar; install {__version__} on all of them"
        raise InputError(what, where=_WHERE) from problem
    for worker, version in sorted(versions.items()):
        if version != __version__:
            what = f"the worker {worker} has Hamsafar {version}, here it is {__version__}; install the same"
            raise InputError(what, where=_WHERE)


def _wait(futures: Sequence[Any], tell: Callable[[int], None], is_over: Callable[[], bool]) -> None:
    while True:
        number = sum(one.done() for one in futures)
        tell(number)
        if number == len(futures) or any(one.status == "error" for one in futures) or is_over():
            return
        time.sleep(_LOOK_S)


def _done_in_order(client: Any, futures: Sequence[Any]) -> list[Any]:
    number = 0
    for one in futures:
        if not one.done() or one.status in ("cancelled", "lost"):
            break
        number += 1
    found: list[Any] = client.gather(list(futures[:number]))
    return found
