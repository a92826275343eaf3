"""`launches` at the door: the contract's keys, exit codes, bad input, nothing half done."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from hamsafar.timeline import Instant

EXAMPLES = Path(__file__).parents[2] / "examples"
HISTORY = str(EXAMPLES / "tiangong-eve" / "elements.tle")
ASKED = (
    *("launches", "--station", "tiangong", "--elements", HISTORY, "--site", "jiuquan", "--ship", "shenzhou"),
    *("--from", "2026-05-24", "--to", "2026-06-04", "--as-of", "2026-05-24"),
)
NOT_USED = (
    "Mind: element sets that do not fit their neighbours are not used: 2022-10-24T15:21:40Z, 2026-03-20T09:36:18Z, "
    "2026-04-20T08:19:25Z.\n"
)


def changed(**options: str | None) -> list[str]:
    """The command with some options given otherwise, added, or left out."""
    words = list(ASKED)
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        if option in words:
            at = words.index(option)
            del words[at : at + 2]
        if value is not None:
            words.append(f"{option}={value}")
    return words


def test_it_answers_as_the_contract_says(run: Any) -> None:
    done = run(*ASKED, "--json")
    assert done.code == 0
    document = done.document
    assert document["station"] == {"id": "tiangong", "name": "Tiangong", "norad": 48274}
    assert document["ship"]["id"] == "shenzhou"
    assert document["site"]["id"] == "jiuquan"
    assert (document["from"], document["to"]) == ("2026-05-24T00:00:00Z", "2026-06-04T00:00:00Z")
    assert document["as_of"] == "2026-05-24T00:00:00Z"
    assert document["words"].startswith("boosted by 2.9 km about 22 May; elements less than a day old")
    assert document["files"] == []
    assert document["elements"]["sets"] == 287
    assert [row["epoch"][:10] for row in document["elements"]["rejected"]] == ["2022-10-24", "2026-03-20", "2026-04-20"]
    for offset in document["offsets"]:
        assert set(offset) == {"branch", "offset_s", "offset_sigma_s", "flights", "source"}
        assert offset["flights"]
    assert len(document["opportunities"]) == 11
    launches = [Instant.parse(row["launch"]) for row in document["opportunities"]]
    assert launches == sorted(launches)


def test_every_opportunity_has_the_contracts_keys_and_types(run: Any) -> None:
    document = run(*ASKED, "--json").document
    for row in document["opportunities"]:
        assert set(row) == {
            *("launch", "sigma_s", "crossing", "branch", "azimuth_deg", "plane_offset_deg", "phase_deg"),
            *(
                "phase_sigma_deg",
                "boost_chance",
                "beta_deg",
                "pad_sun_elevation_deg",
                "elements_epoch",
                "elements_age_d",
                "basis",
            ),
            "profiles",
        }
        launch = Instant.parse(row["launch"])
        assert row["launch"].endswith("Z")
        assert row["branch"] == "descending"
        assert row["basis"] == ("near" if row["phase_sigma_deg"] <= 5.0 else "far")
        assert row["elements_epoch"] == "2026-05-23T20:18:10.40832Z"
        age_d = launch.seconds_since(Instant.parse(row["elements_epoch"])) / 86_400
        assert row["elements_age_d"] == pytest.approx(age_d, abs=1e-4)
        (offset,) = document["offsets"]
        assert launch.seconds_since(Instant.parse(row["crossing"])) == pytest.approx(offset["offset_s"], abs=2e-3)
        assert row["sigma_s"] >= offset["offset_sigma_s"]
        assert 0 <= row["phase_deg"] < 360
        assert abs(row["beta_deg"]) < 66
        assert 0 < row["boost_chance"] < 1
        for answer in row["profiles"]:
            assert set(answer) == {
                *("name", "feasible", "docking", "docking_sigma_s", "phase_error_deg", "trim", "why"),
            }
            assert answer["feasible"] is True or answer["feasible"] is False or answer["feasible"] == "unknown"
            assert row["basis"] == "near" or answer["feasible"] == "unknown"
            assert Instant.parse(answer["docking"]) > launch.plus(hours=2)
            assert answer["why"].endswith(".")
            assert (answer["phase_error_deg"] == 0) == (answer["trim"] == [])
            days = [trim["days_ahead"] for trim in answer["trim"]]
            assert days == sorted(days)
            assert all(set(trim) == {"days_ahead", "delta_v_m_s"} for trim in answer["trim"])


def test_a_phase_that_is_not_known_is_null(run: Any) -> None:
    document = run(*changed(from_="2027-05-24", to="2027-05-26"), "--json").document
    for row in document["opportunities"]:
        assert row["phase_deg"] is None
        assert row["phase_sigma_deg"] is None
        assert row["basis"] == "far"
        for answer in row["profiles"]:
            assert answer["phase_error_deg"] is None
            assert answer["feasible"] == "unknown"
            assert answer["trim"][0]["delta_v_m_s"] > 0
    assert document["days"] == []


def test_each_day_on_which_nothing_is_possible_says_why(run: Any) -> None:
    document = run(*ASKED, "--json").document
    told = {day["date"]: day["why"] for day in document["days"]}
    best = {row["launch"][:10]: [answer["feasible"] for answer in row["profiles"]] for row in document["opportunities"]}
    days = {f"2026-05-{day}" for day in range(24, 32)} | {f"2026-06-0{day}" for day in range(1, 4)}
    assert told.keys() == {day for day in days if all(each is False for each in best.get(day, [False]))}
    assert all(why.endswith(".") for why in told.values())


def test_of_more_than_two_years_days_are_not_told(run: Any) -> None:
    document = run(*changed(from_="2024-05-24", to="2026-06-01", as_of=None), "--json").document
    assert document["days"] is None
    assert len(document["opportunities"]) > 740


def test_stdout_is_one_document_and_stderr_only_the_warnings(run: Any) -> None:
    done = run(*ASKED, "--json")
    assert done.err.startswith(NOT_USED)
    assert done.err.splitlines() == [f"Mind: {warning}." for warning in done.document["warnings"]]
    fresh = run(*changed(to="2026-05-30"), "--json")
    assert fresh.err == NOT_USED
    assert run(*ASKED, "--json").out == done.out


def test_a_person_gets_a_table(run: Any) -> None:
    done = run(*ASKED)
    assert done.code == 0
    first, words, *lines = done.out.splitlines()
    assert first.startswith("Shenzhou from Jiuquan")
    assert "11 lift-offs" in first
    assert words.startswith("Boosted by 2.9 km about 22 May; elements less than a day old; first lift-off ±")
    head = next(line for line in lines if "Lift-off UTC" in line)
    assert all(name in head for name in ("Beijing", "Islamabad", "Phase", "fast-3h30", "Beta", "Pad", "Age d"))
    rows = [line for line in lines if line.lstrip().startswith("2026-")]
    document = run(*ASKED, "--json").document
    for row, line in zip(document["opportunities"], rows, strict=False):
        assert Instant.parse(row["launch"]).iso()[11:19] in line
        assert any(word in line for word in ("day", "twilight", "night"))
    asked = Instant.utc(2026, 5, 24)
    needed = [
        row
        for row in document["opportunities"]
        if not any(answer["feasible"] is True for answer in row["profiles"])
        and Instant.parse(row["launch"]) > asked.plus(days=1)
    ]
    assert len(rows) == 11 + len(needed)  # the second table has those for which a burn would still help
    assert "m/s" in done.out
    chances = [row["boost_chance"] for row in document["opportunities"]]
    assert (
        f"{100 * chances[0]:.0f} % on 24 May, {100 * chances[-1]:.0f} % on 3 June. A boost moves the phase" in done.out
    )


@pytest.mark.parametrize("columns", [80, 100, 110, 130, 160, 200])
def test_a_table_never_breaks_a_time(columns: int, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamsafar.cli.launch_table._WIDE", columns)
    for words in (changed(), changed(site="wenchang", ship="tianzhou")):
        lines = run(*words).out.splitlines()
        rows = [line for line in lines if line.lstrip().startswith("2026-")]
        assert len(rows) >= 20  # a line for each of both tables
        assert all(re.match(r" ?2026-\d\d-\d\d \d\d:\d\d:\d\d ", line) for line in rows)
        heads = [line for line in lines if "Lift-off UTC" in line]
        assert len(heads) == 2
        assert all(len(line) <= columns for line in (*heads, *rows))
        assert ("Beijing" in heads[0]) == (columns >= 160)


@pytest.mark.parametrize(
    ("profile", "calendar"),
    [(None, None), ("express-2h", None), (None, "days.png"), ("express-2h", "days.html"), ("slow-8h", "days.html")],
)
def test_a_profile_whose_band_is_unknown_is_an_answer(
    profile: str | None, calendar: str | None, run: Any, tmp_path: Path
) -> None:
    done = run(*changed(site="wenchang", ship="tianzhou", to="2026-05-30", profile=profile, calendar=calendar))
    assert done.code == 0, done.err
    assert "6 lift-offs" in done.out
    assert ("Burns of the station" in done.out) == (profile is None)
    assert [path.name for path in tmp_path.iterdir()] == ([calendar] if calendar else [])


def test_no_burn_from_before_the_question_is_offered_to_people(run: Any) -> None:
    """The picture, the table and the days that --json tells of choose the same burns."""
    words = changed(to="2026-06-01")
    lines = run(*words).out.splitlines()
    begun = next(n for n, line in enumerate(lines) if line.startswith("Burns of the station"))
    head = next(line for line in lines[begun:] if "Off °" in line)
    assert re.findall(r"(\d+) d", head) == ["1", "3", "7"]
    rows = {line.strip()[:10]: line for line in lines[begun:] if line.strip().startswith("2026-")}
    document = run(*words, "--json").document
    for day in document["days"]:
        found = re.search(r"of ([0-9.]+) m/s (along|against) its motion, (\d+) days? before", day["why"])
        if found is None:
            assert day["date"] not in rows
            continue
        launch = next(row["launch"] for row in document["opportunities"] if row["launch"][:10] == day["date"])
        assert Instant.parse(launch).plus(days=-int(found[3])) > Instant.utc(2026, 5, 24)
        last = rows[day["date"]].split()[-1].rstrip("*")
        assert abs(float(last)) == pytest.approx(float(found[1]), rel=0.06)  # told to two figures
        assert last.startswith("+" if found[2] == "along" else "-")


def test_far_days_get_their_burns_with_the_sigma_of_the_phase(run: Any) -> None:
    far = run(*changed(from_="2026-06-07", to="2026-06-12")).out
    assert re.search(r"2026-06-07 08:40:3\d +standard-6h30 +16\d\.\d ±1\d ", far)
    assert "* is beyond any boost seen: the largest that the elements date took 2.7 m/s, on 2026-05-14." in far
    assert "? 1" in far
    assert re.search(r"\? \d+° off", far)
    unknown = run(*changed(from_="2027-05-24", to="2027-05-26")).out
    assert re.search(
        r"Phase not known at 2 lift-offs: .* burn of up to [0-9.]+ m/s at 7 d, .* at 30 d before\.", unknown
    )
    assert "Burns of the station" not in unknown


def test_small_negative_ages_and_whole_turns_are_not_printed(run: Any) -> None:
    assert run(*changed(from_="2026-05-01", to="2026-05-24", as_of=None)).out.count(" -0.0") == 0


def test_clocks_and_profiles_can_be_chosen(run: Any) -> None:
    words = changed(to="2026-05-26", clock="Europe/Paris", profile="fast-3h30")
    done = run(*words)
    assert "Paris" in done.out
    assert "Beijing" not in done.out
    assert "standard" not in done.out
    rows = run(*words, "--json").document["opportunities"]
    assert [[answer["name"] for answer in row["profiles"]] for row in rows] == [["fast-3h30"]] * 2


def test_an_empty_window_is_an_answer(run: Any) -> None:
    done = run(*changed(to="2026-05-24T06:00Z"))
    assert done.code == 0
    assert "no lift-off from 2026-05-24T00:00:00Z" in done.out
    document = run(*changed(to="2026-05-24T06:00Z"), "--json").document
    assert document["opportunities"] == []
    assert [day["date"] for day in document["days"]] == ["2026-05-24"]


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("html", b"<!")])
def test_the_calendar_is_drawn_into_a_file(ending: str, begins: bytes, run: Any, tmp_path: Path) -> None:
    words = changed(to="2026-05-28", calendar=f"days.{ending}")
    done = run(*words)
    assert done.code == 0, done.err
    assert done.out.endswith(f"Wrote the calendar to days.{ending}.\n")
    assert (tmp_path / f"days.{ending}").read_bytes().startswith(begins)
    assert run(*words, "--json").document["files"] == [f"days.{ending}"]
    assert [path.name for path in tmp_path.iterdir()] == [f"days.{ending}"]


BAD_OPTIONS = [
    ("station", "tiangon", "did you mean 'tiangong'?"),
    ("station", "25544", "no station of the catalogue has the number 25544"),
    ("site", "jiuqan", "did you mean 'jiuquan'?"),
    ("site", "kashgar", "no launch offset for 'kashgar'"),
    ("site", "62,100", "outside the orbit's, which reaches 41.4"),
    ("site", "95,10", "the latitude lies between -90 and 90"),
    ("ship", "shenzou", "did you mean 'shenzhou'?"),
    ("profile", "fast-3h31", "did you mean 'fast-3h30'?"),
    ("from_", "yesterday", "should be an instant"),
    ("to", "2026-05-24", "should come after --from"),
    ("to", "2036-12-01", "more than 10 years"),
    ("as_of", "soon", "should be an instant"),
    ("as_of", "2020-01-01", "the first are of 2021-06-01T22:02:51.408384Z"),
    ("calendar", "days.jpg", "ends in .png or .html"),
    ("clock", "Mars/Olympus", "unknown time zone"),
]


@pytest.mark.parametrize(("name", "value", "said"), BAD_OPTIONS)
def test_a_bad_option_is_one_error_with_its_place(name: str, value: str, said: str, run: Any, tmp_path: Path) -> None:
    option = "--" + name.rstrip("_").replace("_", "-")
    plain = run(*changed(**{name: value}))
    assert plain.code == 1, plain.err
    assert plain.out == ""
    assert f"{option}: " in plain.err
    assert said in plain.err
    done = run(*changed(**{name: value}), "--json")
    assert done.code == 1
    (error,) = done.document["error"]["errors"]
    assert error["where"] == option
    assert said in error["what"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stay", ["0", "-3", "nan", "inf", "1e9", "a week", "0 h"])
def test_a_stay_that_nobody_stays_is_refused(stay: str, run: Any) -> None:
    done = run(*changed(stay=stay), "--json")
    assert done.code == 1
    assert done.document["error"]["errors"]


def test_elements_of_another_object_name_both_numbers(run: Any, tmp_path: Path) -> None:
    lines = Path(HISTORY).read_text(encoding="utf-8").splitlines()
    first, second = next(pair for pair in pairwise(lines) if pair[0].startswith("1 "))
    (tmp_path / "iss.tle").write_text(
        "\n".join(_signed(line.replace("48274", "25544")) for line in (first, second)), encoding="utf-8"
    )
    done = run(*changed(elements="iss.tle", as_of=None), "--json")
    (error,) = done.document["error"]["errors"]
    assert "25544" in error["what"]
    assert "48274" in error["what"]


def _signed(line: str) -> str:
    total = sum(int(char) if char.isdigit() else char == "-" for char in line[:68]) % 10
    return line[:68] + str(total)


def test_a_window_too_far_from_every_set_says_the_limit(run: Any) -> None:
    done = run(*changed(from_="2030-05-24", to="2030-06-24"), "--json")
    (error,) = done.document["error"]["errors"]
    assert error["where"] == "--from"
    assert "beyond 1096 d" in error["what"]


def test_everything_wrong_is_told_at_once(run: Any) -> None:
    done = run(*changed(station="x", elements="none.tle", site="95,400", ship="y", from_="z"), "--json")
    assert done.code == 1
    places = [error["where"] for error in done.document["error"]["errors"]]
    assert places == ["--station", "none.tle", "--site", "--site", "--ship", "--from"]


def test_a_missing_option_is_bad_usage(run: Any) -> None:
    assert run(*changed(ship=None)).code == 2


def test_a_calendar_that_cannot_be_written_is_told_before_the_work(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("somebody waits for nothing")

    monkeypatch.setattr("hamsafar.app.launching.launches", worked)
    (tmp_path / "folder.png").mkdir()
    for name in ("folder.png", "no-such-folder/days.png"):
        done = run(*changed(calendar=name))
        assert done.code == 1
        assert name.partition("/")[0] in done.err
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.png"]
