"""`landings` at the door: the contract's keys, exit codes, bad input, one document on stdout and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hamsafar.timeline import Instant

ROOT = Path(__file__).parents[2]
ELEMENTS = str(ROOT / "examples" / "tiangong-guest" / "elements.tle")
HISTORY = str(ROOT / "examples" / "tiangong-eve" / "elements.tle")
ASKED = (
    *("landings", "--station", "tiangong", "--elements", ELEMENTS, "--site", "dongfeng", "--ship", "shenzhou"),
    *("--from", "2026-09-20", "--to", "2026-09-23"),
)


@pytest.fixture
def run(run: Any, tmp_path: Path) -> Any:
    """Runs the command line, which leaves no file behind."""

    def through(*arguments: str) -> Any:
        done = run(*arguments)
        assert list(tmp_path.iterdir()) == []
        return done

    return through


def changed(option: str, value: str) -> tuple[str, ...]:
    """The question with one option given otherwise, or added."""
    words = list(ASKED)
    if option in words:
        words[words.index(option) + 1] = value
        return tuple(words)
    return (*words, option, value)


def test_it_answers_as_the_contract_says(run: Any) -> None:
    done = run(*ASKED, "--json")
    assert (done.code, done.err) == (0, "")
    document = done.document
    assert document["object"] == {"name": "CSS (TIANHE)", "norad": 48274}
    assert document["station"] == {"id": "tiangong", "name": "Tiangong", "norad": 48274}
    assert document["ship"] == {"id": "shenzhou", "name": "Shenzhou"}
    assert document["site"]["id"] == "dongfeng"
    assert document["site"]["landing_rule"]["max_wind_m_s"] == 10.0
    assert document["site"]["landing_rule"]["area"]["south_deg"] == 40.2
    assert (document["from"], document["to"], document["as_of"]) == (
        "2026-09-20T00:00:00Z",
        "2026-09-23T00:00:00Z",
        None,
    )
    assert [one["name"] for one in document["profiles"]] == ["five-orbits", "three-orbits"]
    wanted = {
        *("landing", "sigma_s", "undocking", "deorbit", "crossrange_km", "sun_elevation_deg", "free_flight_h"),
        *("backups", "basis", "profile", "station_lead_deg", "elements_epoch", "elements_age_d"),
        *("undocking_sigma_s", "free_flight_sigma_h", "wind", "boost_chance"),
    }
    assert len(document["opportunities"]) >= 4
    for row in document["opportunities"]:
        assert set(row) == wanted
        undocking, deorbit, landing, *backups = map(
            Instant.parse, (row["undocking"], row["deorbit"], row["landing"], *row["backups"])
        )
        assert undocking < deorbit < landing
        assert backups == sorted(backups)
        assert all(landing < one for one in backups)
        assert row["basis"] == "near"
        assert row["elements_epoch"] == "2026-09-18T07:08:44.680704Z"
        assert 0 < row["sigma_s"] < row["undocking_sigma_s"]
        assert 0 < row["boost_chance"] < 0.25  # so nobody is warned
        assert landing.seconds_since(undocking) / 3_600 == pytest.approx(row["free_flight_h"], abs=1e-4)
        assert row["wind"] is None
    landed = [row["landing"] for row in document["opportunities"]]
    assert landed == sorted(landed)
    assert document["warnings"] == []


def test_the_station_may_be_its_number(run: Any) -> None:
    by_number = run(*changed("--station", "48274"), "--json")
    assert by_number.out == run(*ASKED, "--json").out


def test_days_without_a_landing_say_why(run: Any) -> None:
    words = (*changed("--from", "2026-09-20T12:00Z"),)
    document = run(*words[: words.index("--to")], "--to", "2026-09-20T13:00Z", "--json").document
    assert document["opportunities"] == []
    (day,) = document["days"]
    assert set(day) == {"date", "from", "to", "profiles", "closest", "crossrange_km", "why"}
    assert day["date"] == "2026-09-20"
    assert "km to the side; the ship lands up to" in day["why"]
    told = run(*words[: words.index("--to")], "--to", "2026-09-20T13:00Z")
    assert told.code == 0
    assert "no landing" in told.out
    assert day["why"] in told.out


def test_profiles_narrow_the_answer(run: Any) -> None:
    rows = run(*changed("--profile", "three-orbits"), "--json").document["opportunities"]
    assert {row["profile"] for row in rows} == {"three-orbits"}
    assert all(5 < row["free_flight_h"] < 6 for row in rows)


def test_wind_is_go_or_no_go(run: Any) -> None:
    words = (*changed("--wind", "8"), "--wind", "2026-09-21=12")
    rows = run(*words, "--json").document["opportunities"]
    for row in rows:
        assert row["wind"]["go"] == (row["landing"][:10] != "2026-09-21")
        assert row["wind"]["limit_m_s"] == 10.0
    table = run(*words).out
    assert "12 no-go" in table
    assert "8 go" in table


def test_what_becomes_of_the_winds_of_single_days_is_told(run: Any) -> None:
    words = (*changed("--from", "2026-09-28"), "--wind", "2026-09-28=4", "--wind", "2026-09-30=8")
    done = run(*words[: words.index("--to")], "--to", "2026-10-02", *words[words.index("--to") + 2 :])
    assert "Mind: no landing on 2026-09-30, its wind forecast is not used." in done.err
    assert "2026-09-28, its wind" not in done.err
    assert "4 go" in done.out
    assert "? no wind forecast was given for that day" in done.out
    assert "? no wind" not in run(*changed("--wind", "8")).out


def test_landings_are_counted_by_their_times_whatever_the_profiles(run: Any) -> None:
    done = run(*ASKED)
    rows = run(*ASKED, "--json").document["opportunities"]
    assert len(rows) == 2 * len({row["landing"] for row in rows})
    assert f": {len(rows) // 2} landings from " in done.out
    assert f": {len(rows) // 2} landings from " in run(*changed("--profile", "three-orbits")).out


def test_a_likely_boost_is_warned_of_in_one_line(run: Any) -> None:
    words = [*changed("--from", "2026-09-20")]
    words[words.index("--to") + 1] = "2026-09-26"
    document = run(*words, "--json").document
    chances = {row["landing"][:10]: row["boost_chance"] for row in document["opportunities"]}
    assert list(chances.values()) == sorted(chances.values())
    (warning,) = [one for one in document["warnings"] if "chance of a boost" in one]
    days = [day for day, chance in chances.items() if chance >= 0.25]
    first, last = days[0], days[-1]
    assert warning.startswith(
        f"the chance of a boost before the landing of {int(first[8:])} Sep is {100 * chances[first]:.0f} %, "
        f"before that of {int(last[8:])} Sep {100 * chances[last]:.0f} %; a boost moves the time by minutes"
    )


def test_a_person_gets_a_table_with_three_clocks(run: Any) -> None:
    done = run(*ASKED)
    assert (done.code, done.err) == (0, "")
    for said in ("Landing UTC", "Beijing", "Islamabad", "Rule of the site", "10 m/s", "day", "five-orbits"):
        assert said in done.out
    assert "Tokyo" in run(*ASKED, "--clock", "Asia/Tokyo").out


def test_far_landings_are_warned_of_and_told_to_the_minute(run: Any) -> None:
    words = [*changed("--from", "2026-12-01")]
    words[words.index("--to") + 1] = "2026-12-03"
    done = run(*words, "--json")
    assert done.code == 0
    assert {row["basis"] for row in done.document["opportunities"]} == {"far"}
    assert any("too far from the elements" in one for one in done.document["warnings"])
    assert "Mind: " in done.err
    assert "* far from the elements, and provisional" in run(*words).out


def test_as_of_looks_at_earlier_elements_only(run: Any) -> None:
    words = [*changed("--elements", HISTORY)]
    words[words.index("--from") + 1], words[words.index("--to") + 1] = "2026-05-20", "2026-05-23"
    rows = run(*words, "--as-of", "2026-05-19T00:00Z", "--json").document["opportunities"]
    assert max(row["elements_epoch"] for row in rows) < "2026-05-19"
    assert min(row["elements_age_d"] for row in rows) > 1.0


def test_two_runs_print_the_same_bytes(run: Any) -> None:
    assert run(*ASKED, "--json").out == run(*ASKED, "--json").out


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--station", "mir", "unknown station 'mir'"),
        ("--station", "25544", "no station of the catalogue has the number 25544"),
        ("--site", "dongfen", "did you mean 'dongfeng'?"),
        ("--site", "jiuquan", "no return profile to 'jiuquan'; it lands at dongfeng"),
        ("--site", "60,100", "outside the orbit's"),
        ("--ship", "soyuz", "unknown ship 'soyuz'"),
        ("--profile", "six-orbits", "did you mean 'five-orbits'?"),
        ("--from", "soon", "should be an instant"),
        ("--to", "2026-09-20", "should come after --from"),
        ("--to", "2036-09-20", "not even the orbit's plane is known"),
        ("--as-of", "2026-01-01", "there are no elements up to"),
        ("--from", "1 September 2026", "or a date such as 2027-06-05, which means its 00:00 UTC (got '1 Sept"),
        ("--to", "2026-10-1", "or a date such as 2027-06-05"),
        ("--wind", "strong", "should be a number of m/s"),
        ("--wind", "-5", "must not be negative (got '-5')"),
        ("--wind", "2026-09-21=-5", "must not be negative"),
        ("--wind", "12m/s", "is in m/s already; leave the unit off (got '12m/s')"),
        ("--wind", "2026-09-21=12 m/s", "is in m/s already"),
        ("--wind", "2026-10-21=4", "outside the days asked about"),
    ],
)
def test_a_bad_option_is_one_error_with_its_place(option: str, value: str, said: str, run: Any) -> None:
    plain = run(*changed(option, value))
    assert (plain.code, plain.out) == (1, "")
    assert "Traceback" not in plain.err
    done = run(*changed(option, value), "--json")
    assert done.code == 1
    (error,) = done.document["error"]["errors"]
    assert error["where"] == option
    assert said in error["what"]
    assert said in plain.err


def test_elements_of_something_else_are_refused_with_both_numbers(
    run: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def signed(line: str) -> str:
        total = sum(int(char) if char.isdigit() else char == "-" for char in line[:68]) % 10
        return line[:68] + str(total)

    folder = tmp_path_factory.mktemp("elements")
    lines = [line.replace("48274", "25544") for line in Path(ELEMENTS).read_text(encoding="utf-8").splitlines()]
    other = folder / "other.tle"
    other.write_text("\n".join([lines[0], signed(lines[1]), signed(lines[2])]) + "\n", encoding="utf-8")
    done = run(*changed("--elements", str(other)))
    assert done.code == 1
    assert "25544" in done.err
    assert "48274" in done.err
    states = folder / "states.oem"
    made = ("ephemeris", "--elements", ELEMENTS, "--from", "2026-09-20", "--to", "2026-09-21", "--step", "240")
    assert run(*made, "--out", str(states)).code == 0
    done = run(*changed("--elements", str(states)))
    assert done.code == 1
    assert "a forecast needs element sets" in done.err
    assert run(*changed("--elements", str(folder / "none.tle"))).code == 1


def test_an_unknown_clock_is_told_before_the_work(run: Any) -> None:
    done = run(*ASKED, "--clock", "Asia/Nowhere")
    assert (done.code, done.out) == (1, "")
    assert "Asia/Nowhere" in done.err


def test_what_is_left_out_is_bad_usage(run: Any) -> None:
    assert run("landings").code == 2
    assert run(*ASKED, "--no-such-option").code == 2
