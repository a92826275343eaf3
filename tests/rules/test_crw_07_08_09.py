"""CRW-07, CRW-08, CRW-09: minutes of work, of the guest's work and of the hosts' help on one station date."""

from aboard import ABOARD, GUEST, UP, activity, label, need, planned, programme, refused


def jobs(who: str, minutes: int, **rules):
    """Three jobs of so long on flight day 2."""
    three = (activity(f"job-{name}", minutes, need(who), flight_days=(2,), work=True) for name in "abc")
    return programme(*three, rules=rules)


def test_a_host_works_the_day_full_and_not_a_minute_more() -> None:
    assert len(planned(jobs(UP, 190))) == 3
    assert "CRW-07" in refused(jobs(UP, 191))
    assert len(planned(jobs(UP, 191), "CRW-07")) == 3


def test_work_goes_to_another_day_where_it_may() -> None:
    asked = programme(*(activity(f"job-{name}", 200, need(UP), flight_days=(2, 3), work=True) for name in "abc"))
    assert {label(one.start)[0] for one in planned(asked).values()} == {"2", "3"}


def test_the_guest_has_the_smaller_share_at_first() -> None:
    assert len(planned(jobs(GUEST, 133))) == 3  # 0.7 x 570 = 399
    assert "CRW-08" in refused(jobs(GUEST, 134))
    assert len(planned(jobs(GUEST, 134), "CRW-08")) == 3


def test_and_the_larger_share_later() -> None:
    assert len(planned(jobs(GUEST, 171, CRW_08={"first_days": 1}))) == 3  # 0.9 x 570 = 513
    assert "CRW-08" in refused(jobs(GUEST, 172, CRW_08={"first_days": 1}))


def help_(minutes: int, *who: str, count: int = 1):
    two = (
        activity(
            f"job-{name}", minutes, need(GUEST), need(*who, count=count, function="helper"),
            flight_days=(2,), guest_programme=True,
        )
        for name in "ab"
    )  # fmt: skip
    return programme(*two)


def test_one_host_helps_within_the_minutes_agreed() -> None:
    assert len(planned(help_(45, UP))) == 2
    assert "CRW-09" in refused(help_(46, UP))
    assert len(planned(help_(46, UP), "CRW-09")) == 2


def test_two_hosts_share_the_help() -> None:
    helpers = [one.person_ids[1] for one in planned(help_(46, UP, ABOARD)).values()]
    assert sorted(helpers) == sorted([UP, ABOARD])


def test_work_counts_on_the_date_on_which_it_starts() -> None:
    late = activity("late", 120, need(UP), flight_days=(2,), hours=("23:30", "23:59"), work=True)
    early = activity("early", 500, need(UP), flight_days=(3,), work=True)
    assert len(planned(programme(late, early))) == 2
