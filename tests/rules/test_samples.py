"""STO-01, SMP-01, SMP-02, SMP-03, CAR-01: what is used up, kept and carried."""

from attrs import evolve

from aboard import FLIGHT, GUEST, UP, Use, activity, label, need, planned, planned_and_dropped, programme, refused
from hamsafar.domain.aboard import Cargo, Resource, Sample

LATE = ("08:00", "12:00")  # hatches close at 12:30 of flight day 4, landing is at 20:00


def seeds(**more) -> Sample:
    return Sample(**({"sample": "seeds", "mass_g": 200, "returns": True} | more))


def taking(sample: Sample, *, day: int = 2, at: str = "10:00", **more):
    hours = at, f"{at[:4]}1"
    return activity("take", 30, flight_days=(day,), hours=hours, yields=(sample,), **more)


def packing(duration: int = 30, *, day: int = 4, hours: tuple[str, str] | None = None, **more):
    facts = {"kind": "descent", "flight_days": (day,), "packs": ("seeds",)}
    return activity("pack", duration, hours=hours, **(facts | more))


# STO-01


def stocked(stock: int, *activities):
    asked = programme(*activities)
    vials = Resource(id="vials", title="Vials", capacity=stock, stock=stock)
    return evolve(asked, resources=(vials,))


def test_a_stock_is_used_up_and_no_more_of_it() -> None:
    draw = activity("draw", 20, times=3, consumes=(Use(resource="vials", amount=2),))
    assert len(planned(stocked(6, draw))) == 3
    assert refused(stocked(5, draw)) >= {"STO-01"}
    assert len(planned(stocked(5, draw), "STO-01")) == 3


def test_what_is_optional_goes_without() -> None:
    draw = activity("draw", 20, times=3, consumes=(Use(resource="vials", amount=2),), optional=True, value=5)
    found, out = planned_and_dropped(stocked(5, draw))
    assert (len(found), len(out)) == (2, 1)


# SMP-01


def stowing(within: int, duration: int = 30, **more):
    cold = activity("freeze", 15, flight_days=(2,), hours=("12:00", "12:01"), stows=("seeds",), **more)
    return programme(taking(seeds(stowed_min=within)), cold, packing())


def test_a_sample_is_stowed_in_time_and_no_sooner_than_it_is_there() -> None:
    found = planned(stowing(89))  # from 10:31 at the latest to 12:00 at the soonest
    assert label(found["take#1"].start) == "2 10:01"
    assert refused(stowing(88)) >= {"SMP-01"}
    assert len(planned(stowing(88), "SMP-01")) == 3
    early = activity("freeze", 15, flight_days=(2,), hours=("09:00", "09:01"), stows=("seeds",))
    assert refused(programme(taking(seeds(stowed_min=600)), early, packing())) >= {"SMP-01"}


def test_what_cannot_be_stowed_is_not_taken() -> None:
    left_out = activity("freeze", 15, flight_days=(9,), stows=("seeds",), optional=True)
    asked = programme(taking(seeds(stowed_min=60), optional=True, value=9), left_out, packing())
    found, out = planned_and_dropped(asked)
    assert set(found) == {"pack#1"}
    assert set(out) == {"take#1", "freeze#1"}


def test_each_is_stowed_by_the_one_of_its_number() -> None:
    take = activity("take", 30, times=2, yields=(seeds(stowed_min=60),), spacing_min=1_200)
    cold = activity("freeze", 15, times=2, stows=("seeds",))
    found = planned(programme(take, cold, packing()))
    for n in (1, 2):
        assert 0 <= found[f"freeze#{n}"].start.seconds_since(found[f"take#{n}"].end) <= 3_600


# SMP-02


def test_it_is_packed_after_it_was_taken_and_before_the_hatch_closes() -> None:
    just = programme(taking(seeds()), packing(30, day=2, hours=("10:30", "10:31")))
    assert planned(just)["pack#1"].start >= planned(just)["take#1"].end
    soon = programme(taking(seeds()), packing(30, day=2, hours=("10:28", "10:29"), who=(need(UP),)))
    assert refused(soon) >= {"SMP-02"}
    assert len(planned(soon, "SMP-02")) == 2


def test_the_hatch_is_that_of_the_ship_down_for_whoever_packs() -> None:
    staying = (need(GUEST),)
    at_the_end = programme(taking(seeds()), packing(31, who=staying, hours=("11:59", "12:00")), down=("host-aboard",))
    assert label(planned(at_the_end)["pack#1"].start) == "4 11:59"
    late = programme(taking(seeds()), packing(32, who=staying, hours=("11:59", "12:00")), down=("host-aboard",))
    assert refused(late) >= {"SMP-02"}


# SMP-03


def test_what_is_taken_lives_until_landing() -> None:
    assert FLIGHT.landing.landing.seconds_since(FLIGHT.hatch_close) == 450 * 60
    asked = programme(taking(seeds(life_min=600), day=4, at="09:50"), packing(hours=LATE))
    assert label(planned(asked)["take#1"].end) in ("4 10:20", "4 10:21")
    old = programme(taking(seeds(life_min=578), day=4, at="09:50"), packing(hours=LATE))
    assert refused(old) >= {"SMP-03"}
    assert len(planned(old, "SMP-03")) == 2
    assert len(planned(programme(taking(seeds(life_min=579), day=4, at="09:50"), packing(hours=LATE)))) == 2


def test_what_lies_in_the_cold_lives_on_from_packing() -> None:
    cold = activity("freeze", 15, flight_days=(2,), stows=("seeds",))
    mortal = seeds(life_min=480, stowed_min=300)
    found = planned(programme(taking(mortal), cold, packing(30, hours=LATE)))
    assert label(found["pack#1"].start) == "4 12:00"
    assert refused(programme(taking(evolve(mortal, life_min=479)), cold, packing(30, hours=LATE))) >= {"SMP-03"}


def test_what_stays_aboard_needs_neither() -> None:
    assert len(planned(programme(taking(seeds(returns=False, life_min=1))))) == 1


# CAR-01


def heavy(mass_g: int, *cargo: Cargo, share_kg: float = 0.6, **more):
    take = activity("take", 20, times=3, yields=(seeds(mass_g=mass_g),), **more)
    return programme(take, packing(), cargo=cargo, rules={"CAR_01": {"max_down_kg": share_kg}})


def test_samples_and_cargo_add_up_to_the_share_down() -> None:
    assert len(planned(heavy(200))) == 4
    assert refused(heavy(201)) >= {"CAR-01"}
    assert len(planned(heavy(201), "CAR-01")) == 4
    flag = Cargo(id="flag", title="Flag", mass_g=1, way="down")
    assert refused(heavy(200, flag)) >= {"CAR-01"}
    assert len(planned(heavy(200, evolve(flag, way="up")))) == 4
    assert len(planned(heavy(200, flag, optional=True, value=5))) == 3


def test_cargo_alone_may_be_too_heavy() -> None:
    gift = Cargo(id="gift", title="Gift", mass_g=5_000, way="up")
    assert planned(programme(cargo=(gift,))) == {}
    assert refused(programme(cargo=(gift, evolve(gift, id="more", mass_g=1)))) == {"CAR-01"}
    assert planned(programme(cargo=(gift, evolve(gift, id="more", mass_g=1))), "CAR-01") == {}
