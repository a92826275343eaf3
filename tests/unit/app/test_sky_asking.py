"""What people type: read right, or refused in words, and never anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.app.asking import Asked, elevation_of, instant_of, site_of, span_of, step_ns_of
from hamsafar.domain.places import Site
from hamsafar.errors import InputError, InputErrors
from hamsafar.timeline import Instant, Span

TYPED = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="0123456789.,+-eE naif:TZ/", max_size=30),
    st.from_regex(r"[-+]?\d{0,3}\.?\d{0,4},[-+]?\d{0,3}\.?\d{0,4}(,\d{0,6})?", fullmatch=True),
    st.from_regex(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?", fullmatch=True),
)


def answer_or_errors(reader: Callable[..., Any], *typed: object) -> Any:
    """What a reader makes of what was typed, or its errors; anything else it raises is a fault."""
    try:
        return reader(*typed)
    except InputErrors as problem:
        return problem.errors
    except InputError as problem:
        return (problem,)


@given(TYPED)
def test_a_site_is_read_or_refused_in_words(text: str) -> None:
    found = answer_or_errors(site_of, text)
    if isinstance(found, Site):
        assert -90 <= found.latitude_deg <= 90
        assert -180 <= found.longitude_deg <= 360
    else:
        assert {one.where for one in found} == {"--site"}


@given(TYPED)
def test_an_instant_is_read_or_refused_in_words(text: str) -> None:
    found = answer_or_errors(instant_of, text, "--from")
    assert isinstance(found, Instant) or [one.where for one in found] == ["--from"]


@given(TYPED, TYPED)
def test_an_interval_is_read_or_refused_in_words(start: str, end: str) -> None:
    found = answer_or_errors(span_of, start, end)
    if isinstance(found, Span):
        assert 0 < found.seconds <= 20 * 366 * 86_400
    else:
        assert {one.where for one in found} <= {"--from", "--to"}


@given(st.one_of(TYPED, st.floats()))
def test_a_step_is_read_or_refused_in_words(asked: float | str) -> None:
    found = answer_or_errors(step_ns_of, asked)
    assert 1 <= found <= 10**18 if isinstance(found, int) else [one.where for one in found] == ["--step"]


@given(st.floats(-90, 90), st.floats(-180, 360), st.floats(-500, 9_000))
def test_numbers_come_back_as_they_were_written(latitude: float, longitude: float, height_m: float) -> None:
    site = site_of(f"{latitude:.6f}, {longitude:.6f}, {height_m:.2f}")
    assert site.latitude_deg == float(f"{latitude:.6f}")
    assert site.longitude_deg == float(f"{longitude:.6f}")
    assert site.height_km == pytest.approx(height_m / 1_000, abs=1e-5)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("60", 60), (" 1e3 ", 1_000), ("2.5", 2.5), (".5", 0.5), ("4 min", 240), (30, 30), (0.1, 0.1)],
)
def test_a_step_is_seconds_or_has_a_unit(asked: float | str, seconds: float) -> None:
    assert step_ns_of(asked) == round(seconds * 1e9)


@pytest.mark.parametrize("asked", ["1_0", "\u0664", "\uff11\uff10", "1e", "1e400", "0x10", None])
def test_a_step_in_other_figures_is_refused(asked: Any) -> None:
    with pytest.raises(InputError, match="number of seconds above 0"):
        step_ns_of(asked)


def test_a_plain_date_is_midnight_utc_and_an_offset_counts() -> None:
    assert instant_of("2026-09-19", "--from") == Instant.utc(2026, 9, 19)
    assert instant_of(" 2026-09-19T05:00+05:00 ", "--from") == Instant.utc(2026, 9, 19)
    assert instant_of(Instant.utc(2026, 9, 19), "--from") == Instant.utc(2026, 9, 19)


def test_nouns_pass_as_they_are() -> None:
    site = Site(id="mine", name="Mine", latitude_deg=1.0, longitude_deg=2.0)
    assert site_of(site) is site
    assert site_of("islamabad").zone == "Asia/Karachi"
    assert elevation_of(-5, "--min-elevation") == -5.0
    assert step_ns_of("4 min") == step_ns_of(240) == 240_000_000_000


def ask(*typed: tuple[Callable[..., object], str, str], then: type[Exception] | None = None) -> None:
    with Asked() as asked:
        for reader, text, where in typed:
            asked.read(reader, text, where)
        if then is not None:
            raise then


def test_all_that_is_wrong_is_raised_together_and_one_thing_alone_as_itself() -> None:
    with pytest.raises(InputErrors) as several:
        ask((instant_of, "x", "--from"), (instant_of, "2026-09-19", "--as-of"), (instant_of, "y", "--to"))
    assert [one.where for one in several.value.errors] == ["--from", "--to"]
    with pytest.raises(InputError) as one:
        ask((instant_of, "x", "--from"))
    assert not isinstance(one.value, InputErrors)
    with pytest.raises(KeyError):
        ask((instant_of, "x", "--from"), then=KeyError)
