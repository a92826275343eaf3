"""HST-02: what the host refused is left out, what it agreed to lies where and with whom that was agreed."""

from aboard import ABOARD, GUEST, UP, activity, at, label, need, planned, planned_and_dropped, programme, refused
from hamsafar.domain.changes import Pin
from hamsafar.domain.host import HostRequest
from hamsafar.domain.training import After

HELP = (need(GUEST, function="operator"), need(UP, ABOARD, count=1, function="assistant"))
MORNING = {"flight_days": (2,), "hours": ("08:00", "11:00"), "guest_programme": True}


def no(placement: str = "run#1") -> HostRequest:
    return HostRequest(number=7, placement=placement, state="refused", reason="the rack is taken", by="host")


def test_what_is_refused_is_left_out_with_its_reason_though_it_must_be_in() -> None:
    run = activity("run", 60, *HELP, **MORNING)
    found, out = planned_and_dropped(programme(run, requests=(no(),)))
    assert found == {}
    assert out == {"run#1": "request 7 was refused: the rack is taken (host)"}
    assert planned(programme(run, requests=(no(),)), "HST-02")


def test_one_of_several_is_left_out_alone_and_what_must_follow_it_is_a_conflict() -> None:
    runs = activity("run", 60, *HELP, times=3, spacing_min=60, **MORNING)
    assert set(planned(programme(runs, requests=(no("run#2"),)))) == {"run#1", "run#3"}
    after = activity("look", 30, after=(After(of="run"),), **MORNING)
    run = activity("run", 60, *HELP, **MORNING)
    assert "HST-02" in refused(programme(run, after, requests=(no(),)))


def test_what_is_agreed_is_done_by_those_it_was_agreed_of() -> None:
    run = activity("run", 60, *HELP, **MORNING)
    for who in (UP, ABOARD):
        agreed = HostRequest(number=1, placement="run#1", state="granted", start=at(2, "09:00"), people=(GUEST, who))
        pinned = programme(run, requests=(agreed,), pins=(Pin(placement="run#1", start=at(2, "09:00")),))
        found = planned(pinned)["run#1"]
        assert (label(found.start), set(found.person_ids)) == ("2 09:00", {GUEST, who})
    busy = activity("busy", 60, need(ABOARD), flight_days=(2,), hours=("08:30", "09:30"))
    crowded = programme(run, busy, requests=(agreed,), pins=(Pin(placement="run#1", start=at(2, "09:00")),))
    assert {"HST-02", "PIN-01", "PPL-01"} <= refused(crowded)
    assert UP in planned(crowded, "HST-02")["run#1"].person_ids
