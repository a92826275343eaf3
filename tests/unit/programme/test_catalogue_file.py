"""A catalogue file: one section `catalogue`, read as in a programme; every error with its line, all at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import Catalogue, load, merge
from hamsafar.errors import InputErrors
from hamsafar.programme import read_catalogue

VISITOR = Path(__file__).parents[3] / "docs" / "how-to" / "files" / "visitor.yaml"
TEXT = VISITOR.read_text(encoding="utf-8")


def told(tmp_path: Path, text: str) -> list[str]:
    """Every error of a file, its folder left out."""
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as raised:
        read_catalogue(path)
    return [str(error).removeprefix(f"{tmp_path}/") for error in raised.value.errors]


def line_of(text: str, marked: str) -> str:
    """Where a mark begins, as `mine.yaml:line:column`."""
    before = text[: text.index(marked)]
    return f"mine.yaml:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_the_file_changes_what_it_names_and_adds_the_rest() -> None:
    found, bundled = read_catalogue(VISITOR), load()
    assert found.file == str(VISITOR)
    assert bundled.file is None
    visitor = found.ship("visitor")
    assert [(one.branch, one.offset_s) for one in visitor.launches] == [("ascending", -180.0), ("descending", 240.0)]
    assert visitor.profiles[0].phase_low_deg == 20.0
    assert found.site("kourou").range is not None
    rule = found.site("dongfeng").landing
    assert rule is not None
    assert rule.max_wind_m_s == 12.0
    assert evolve(found.site("dongfeng"), landing=bundled.site("dongfeng").landing) == bundled.site("dongfeng")
    assert (found.stations, found.relays) == (bundled.stations, bundled.relays)
    assert set(bundled.ships) < set(found.ships)


# What is written otherwise in the example, the mark where the error is told, and what it says.
CASES = (
    ("longest_wait_h: 30", "longest_wait_hours: 30", "longest_wait_hours", "did you mean 'longest_wait_h'?"),
    ("duration_min: 1500", "duration_min: 25 h", "25 h", "should be a number (got '25 h')"),
    ("latitude_deg: 5.24", 'latitude_deg: "5.24 N"', '"5.24 N"', "should be a number (got '5.24 N')"),
    ("longitude_deg: -52.77", "longitude_deg: -527.7", "-527.7", "must be >= -180.0"),
    ("seats: 2", "seats: 2.5", "2.5", "should be a whole number"),
    ("branch: ascending", "branch: up", "up,", "should be one of ascending, descending"),
    ("branch: ascending", "branch: descending", "descending, offset_s: 240", "'kourou descending' is given twice"),
    ("pad: kourou, branch: desc", "pad: kuru, branch: desc", "kuru", "unknown site 'kuru'; did you mean 'kourou'?"),
    ("station: tiangong", "station: mir", "mir", "unknown station 'mir'"),
    ("site: dongfeng", "site: dongfang", "dongfang", "did you mean 'dongfeng'?"),
    ("America/Cayenne", "America/Kourou", "America/Kourou", "unknown time zone"),
    ("phase_low_deg: 20 ", "phase_low_deg: null ", "name: day-and", "a band of phases has two ends"),
    ("- id: dongfeng", "- id: kourou", "kourou             #", "'kourou' is given twice"),
    ("- id: visitor", "- id: The Visitor", "The Visitor", "should be an id"),
    ("      seats: 2\n", "", "id: visitor", "is missing; a new entry must be whole"),
    ("scrub_probability: 0.2", "scrub_probability: 1.2", "1.2", "must be < 1.0"),
    ("area: {south_deg: 40.20", "area: {south_deg: 43.20", "{south_deg", "runs from south to north"),
    ("  ships:", "  ship:", "ship:\n", "unknown list 'ship'; did you mean 'ships'?"),
    ("catalogue:\n", "catalog:\n", "catalog:\n", "unknown section 'catalog'; did you mean 'catalogue'?"),
)


@pytest.mark.parametrize(("was", "now", "mark", "what"), CASES, ids=[case[1].strip()[:30] or "gone" for case in CASES])
def test_an_error_is_told_where_it_stands(was: str, now: str, mark: str, what: str, tmp_path: Path) -> None:
    assert was in TEXT
    text = TEXT.replace(was, now, 1)
    (error,) = told(tmp_path, text)
    assert error.startswith(line_of(text, mark) + " ")
    assert what in error


def test_every_error_is_told_at_once_in_reading_order(tmp_path: Path) -> None:
    together = [case for case in CASES if case[1].split(":")[0] in ("seats", "duration_min", "pad", "station", "site")]
    together += [case for case in CASES if "wait_h" in case[3] or "time zone" in case[3]]
    text = TEXT
    for was, now, _, _ in together:
        text = text.replace(was, now, 1)
    found = told(tmp_path, text)
    assert len(found) == len(together) == 7
    assert {line_of(text, mark) for _, _, mark, _ in together} == {error.split(" ")[0] for error in found}
    lines = [int(error.split(":")[1]) for error in found]
    assert lines == sorted(lines)


def test_two_profiles_of_one_name_are_told(tmp_path: Path) -> None:
    at = TEXT.index("        - name: direct")
    text = TEXT + TEXT[at:]
    (error,) = told(tmp_path, text)
    assert error.startswith(line_of(TEXT + "@", "@").rsplit(":", 1)[0])
    assert "catalogue.ships[0].returns[1].name: 'direct' is given twice" in error


def test_whoever_names_a_broken_entry_is_not_blamed_for_it(tmp_path: Path) -> None:
    (error,) = told(tmp_path, TEXT.replace("latitude_deg: 5.24", "latitude_deg: 524", 1))
    assert "sites[0].latitude_deg" in error
    (error,) = told(tmp_path, TEXT.replace("  sites:", "  site:", 1))
    assert "unknown list 'site'" in error


@pytest.mark.parametrize(
    ("text", "told_first"),
    [
        ("", "mine.yaml:1:1: is empty"),
        ("- catalogue\n", "mine.yaml:1:1: should begin with the name of a section, such as 'catalogue:'"),
        ("{}\n", "mine.yaml:1:1: should have the section 'catalogue'"),
        ("catalogue:\n", "mine.yaml:1:1 catalogue: should be a mapping with the lists"),
        ("sites: []\n", "mine.yaml:1:1 sites: 'sites' should stand below 'catalogue:', indented"),
        ("catalogue: {}\npeople: []\n", "mine.yaml:2:1 people: the section 'people' is a programme's"),
        ("catalogue: {}\ncatalogue: {}\n", "mine.yaml:2:1: key 'catalogue' is written twice"),
        ("catalogue: {ships: [\n", "mine.yaml:2:1: "),
        ("catalogue: {ships: [!ship {id: a}]}\n", "mine.yaml:1:21: has a tag"),
    ],
)
def test_what_is_no_catalogue_file_is_told(text: str, told_first: str, tmp_path: Path) -> None:
    assert told(tmp_path, text)[0].startswith(told_first)


@pytest.mark.parametrize("name", ["nowhere.yaml", ".", "a\0b"])
def test_what_is_no_file_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="cannot be read"):
        read_catalogue(tmp_path / name)


def test_an_empty_section_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("catalogue: {}\n", encoding="utf-8")
    assert evolve(read_catalogue(path), file=None) == load()


NUMBERS = st.floats(1.0, 80.0, allow_nan=False).map(lambda value: round(value, 6))
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "sites": st.dictionaries(st.sampled_from(["jiuquan", "wenchang"]), st.tuples(st.just("latitude_deg"), NUMBERS)),
        "stations": st.dictionaries(st.just("tiangong"), st.tuples(st.just("relay_cone_deg"), NUMBERS)),
        "ships": st.dictionaries(
            st.sampled_from(["shenzhou", "tianzhou"]), st.tuples(st.just("seats"), st.integers(0, 9))
        ),
    },
)


@settings(max_examples=40, deadline=None)
@given(changes=CHANGES)
def test_a_file_says_what_the_same_changes_say_by_themselves(
    changes: dict[str, dict[str, tuple[str, float]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lists = {
        name: [{"id": id_, field: value} for id_, (field, value) in entries.items()]
        for name, entries in changes.items()
    }
    path = tmp_path_factory.mktemp("made") / "mine.yaml"
    path.write_text(json.dumps({"catalogue": lists}), encoding="utf-8")  # JSON is YAML
    found = read_catalogue(path)
    assert evolve(found, file=None) == merge(load(), lists)
    for name, entries in changes.items():
        by_id = {one.id: one for one in getattr(found, name)}
        for was in getattr(load(), name):
            field, value = entries.get(was.id, ("name", was.name))
            assert by_id[was.id] == evolve(was, **{field: value})


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_read_or_told_of_but_never_breaks(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start, min(len(TEXT), start + 60)))
    put = data.draw(st.sampled_from(["", " ", "\n", "- ", "id: ", "null", "[", "{}", "7", "'", ": ", "\t", "é", "*a"]))
    path = tmp_path_factory.mktemp("damaged") / "mine.yaml"
    path.write_text(TEXT[:start] + put + TEXT[end:], encoding="utf-8")
    try:
        assert isinstance(read_catalogue(path), Catalogue)
    except InputErrors as found:
        for error in found.errors:
            assert error.where.startswith(f"{path}:")
