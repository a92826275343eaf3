"""Second opinion on the flight: launch, rendezvous, stay, return, seats, and how old the forecast is."""

from __future__ import annotations

import itertools
from collections import Counter
from math import radians

import numpy as np

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LaunchOpportunity, OpenSpan
from hamsafar.domain.vehicles import LaunchOffset, RendezvousProfile, ReturnProfile
from hamsafar.timeline import Instant
from hamsafar.verify import physics, plane
from hamsafar.verify.case import Case, at_length, minutes_between
from hamsafar.verify.element_sets import agree, apart_deg
from hamsafar.verify.liners import seats_of_those_who_stay
from hamsafar.verify.registry import Breach, Gap, Said, checks

_NOW = np.zeros(1)
_LEAST_SPREAD_MIN = 1.0  # a profile calibrated on one flight has no spread; the times are planned to the minute
_LEAST_SPREAD_DEG = 0.1  # two independent models agree within this
_AGE_TOLERANCE_D = 0.01  # ages are stated for people; 15 min
_STATED_DEG = 0.05  # planes of two independent models, 10 s of the Earth's turning apart at most
_TILT_DEG = 0.05  # Sun, Moon and small burns tilt a station's plane by less within years
_UNKNOWN_DEG = 360 / 12**0.5  # the spread of a place that may be anywhere on the orbit
_STATED_KM = 6.0  # 0.05 deg on the ground
_ROUNDED_S = 0.1  # sigmas are stated to a tenth of a second
_SUN_MODEL_DEG = 0.01  # accuracy of this verifier's Sun


@checks("FLT-01")
def launch_in_window(case: Case) -> Said:
    """Lift-off in `[start, end)` of the window asked for."""
    window, launch = case.request.launch_window, case.flight.launch.launch
    if not window.contains(launch):
        early = launch < window.start
        by_min = minutes_between(launch, window.start) if early else minutes_between(window.end, launch)
        side = "before the launch window opens" if early else "after the launch window has closed"
        yield Breach(f"Lift-off at {launch} is {by_min:.2f} min {side}.", ("launch",), by_min, "min")
    for backup in case.flight.backups:
        if not window.contains(backup) or backup <= launch:
            yield Breach(f"The backup lift-off at {backup} is not a later one of the window.", ("backups",))


@checks("FLT-02")
def pad_in_plane(case: Case) -> Said:
    """The pad in the orbit plane, on the branch stated, the ship's offset before lift-off."""
    pad, launch = case.sites.get(case.request.pad), case.flight.launch
    if pad is None:
        yield Gap(f"The pad {case.request.pad!r} is not among the sites.", (case.request.pad,))
        return
    offsets = [o for o in case.request.ship_up.launches if (o.pad, o.branch) == (pad.id, launch.branch)]
    if not offsets:
        sentence = f"The ship has no launch offset from {pad.id} on the {launch.branch} branch."
        yield Breach(sentence, ("launch", pad.id))
        return
    expected = [launch.launch.plus(seconds=-offset.offset_s) for offset in offsets]
    misfits = [plane.crossing_misfit_s(case.path, pad, launch.branch, moment) for moment in expected]
    seen = [misfit for misfit in misfits if misfit is not None]
    if not seen:
        sentence = f"Within half an hour of lift-off at {launch.launch} the pad does not cross the station's plane."
        yield Breach(f"{sentence[:-1]} on the {launch.branch} branch.", ("launch", pad.id))
        return
    misfit = min(seen, key=abs)
    allowed = case.param("FLT-02", "tolerance_s")
    if abs(misfit) > allowed:
        sentence = f"The pad is in the station's plane {misfit:+.1f} s from when lift-off at {launch.launch} needs it"
        yield Breach(f"{sentence} ({allowed:g} s allowed).", ("launch", pad.id), abs(misfit), "s")
    yield from _stated_at_lift_off(case, pad, min(offsets, key=lambda one: _late_s(launch, one.offset_s)))


def _late_s(launch: LaunchOpportunity, offset_s: float) -> float:
    """How far lift-off is from the crossing stated and an offset."""
    return abs(launch.launch.seconds_since(launch.crossing) - offset_s)


def _stated_at_lift_off(case: Case, pad: Site, offset: LaunchOffset) -> Said:
    """What the launch says of the crossing, the plane and the Sun, against this physics."""
    launch = case.flight.launch
    late_s = _late_s(launch, offset.offset_s)
    if late_s > 1:  # lift-offs are told in whole seconds
        sentence = f"The crossing is stated as {launch.crossing}, {late_s:.1f} s from where the ship's offset puts it."
        yield Breach(sentence, ("launch",), late_s, "s")
    over = plane.over_pad(case.path, pad, launch.branch, launch.launch)
    sun_deg = float(physics.sun_elevation_deg(pad, launch.launch, _NOW)[0])
    for what, stated, found in (
        ("a distance from the plane", launch.plane_offset_deg, over.off_plane_deg),
        ("an azimuth", launch.azimuth_deg, over.azimuth_deg),
        ("a beta", launch.beta_deg, over.beta_deg),
        ("a Sun at the pad", launch.pad_sun_elevation_deg, sun_deg),
    ):
        off = abs((stated - found + 180) % 360 - 180)
        if off > _STATED_DEG:
            sentence = f"The launch states {what} of {stated:.2f} deg; by this physics it is {found:.2f} deg."
            yield Breach(sentence, ("launch",), off, "deg")


@checks("FLT-03")
def rendezvous_profile(case: Case) -> Said:
    """The profile accepted and the ship's, the phase in its band, docking after its duration."""
    name = case.flight.profile
    if name not in case.request.profiles:
        yield Breach(f"The profile {name!r} is not among those accepted.", (name,))
    profile = next((each for each in case.request.ship_up.profiles if each.name == name), None)
    if profile is None:
        yield Breach(f"The ship has no profile {name!r}.", (name,))
        return
    expected = case.flight.launch.launch.plus(minutes=profile.duration_min)
    late_s = case.flight.docking.seconds_since(case.request.docking or expected)
    allowed = case.param("FLT-03", "docking_tolerance_s")
    if abs(late_s) > allowed:
        due = f"where {name} puts it" if case.request.docking is None else "when the host says"
        sentence = f"Docking at {case.flight.docking} is {late_s:+.0f} s from {due}"
        yield Breach(f"{sentence} ({allowed:g} s allowed).", ("docking",), abs(late_s), "s")
    yield from _phase(case, profile)


def _phase(case: Case, profile: RendezvousProfile) -> Said:
    pad = case.sites.get(case.request.pad)
    if pad is None:
        yield Gap(f"The pad {case.request.pad!r} is not among the sites.", (case.request.pad,))
        return
    lead = float(physics.Standing(case.path, pad, case.flight.launch.launch, _NOW).lead_deg[0])
    allowed = case.param("FLT-03", "phase_tolerance_deg")
    yield from _stated_phase(case, pad, lead, allowed)
    if any(each.name == profile.name and each.feasible == "no" for each in case.flight.launch.profiles):
        yield Breach(f"The launch says that {profile.name}, which is flown, is not feasible.", ("launch", profile.name))
    if profile.phase_low_deg is None or profile.phase_high_deg is None:
        yield Gap(f"No flight has shown the phase of {profile.name}.", (profile.name,))
        return
    outside = physics.within_band(lead, profile.phase_low_deg, profile.phase_high_deg, allowed)
    if outside > 0:
        band = f"{profile.phase_low_deg:g} to {profile.phase_high_deg:g} deg"
        sentence = f"At lift-off the station is {lead:.2f} deg ahead of the pad, {outside:.2f} deg outside {band}."
        yield Breach(sentence, ("launch", profile.name), outside, "deg")


def _stated_phase(case: Case, pad: Site, lead: float, allowed: float) -> Said:
    """What the launch says of the phase: a forecast from the elements, where far too, whatever the orbit held shows."""
    launch, trajectory = case.flight.launch, case.plan.trajectory
    if launch.phase_deg is None:
        return
    if trajectory.basis == "far":
        forecast = physics.Sgp4Path(trajectory.elements)
        lead = float(physics.Standing(forecast, pad, launch.launch, _NOW).lead_deg[0])
    off = abs((launch.phase_deg - lead + 180) % 360 - 180)
    if off > allowed:
        sentence = f"The launch states a phase of {launch.phase_deg:.2f} deg; by this physics it is {lead:.2f} deg."
        yield Breach(sentence, ("launch",), off, "deg")


@checks("FLT-04")
def length_of_stay(case: Case) -> Said:
    """Docking to undocking as long as asked, within its tolerance."""
    stay = minutes_between(case.flight.docking, case.flight.landing.undocking)
    off = abs(stay - case.request.stay_min) - case.request.stay_tolerance_min
    if off > 0:
        asked = f"{at_length(case.request.stay_min)} ± {at_length(case.request.stay_tolerance_min)}"
        yield Breach(f"The stay of {at_length(stay)} misses {asked} by {off:.2f} min.", ("stay",), off, "min")


@checks("FLT-05")
def return_profile(case: Case) -> Said:
    """Undocking to landing, crossrange and the station's lead, each within the spread of real returns."""
    profile = next(
        (
            each
            for each in case.request.ship_down.returns
            if (each.name, each.site) == (case.request.return_profile, case.request.landing_site)
        ),
        None,
    )
    if profile is None:
        sentence = f"The ship has no return profile {case.request.return_profile!r} to {case.request.landing_site}."
        yield Breach(sentence, (case.request.return_profile,))
        return
    yield from _return_times(case, profile)
    yield from _return_geometry(case, profile)


def _return_times(case: Case, profile: ReturnProfile) -> Said:
    landing = case.flight.landing
    took_min = minutes_between(landing.undocking, landing.landing)
    spread_min = max(profile.undocking_to_landing_sigma_min, _LEAST_SPREAD_MIN)
    spread_min *= case.param("FLT-05", "spread_sigmas")
    off = abs(took_min - profile.undocking_to_landing_min) - spread_min
    if off > 0:
        asked = f"{profile.undocking_to_landing_min:g} ± {spread_min:g} min"
        sentence = f"From undocking to landing it is {took_min:.1f} min, {off:.2f} min outside {asked}."
        yield Breach(sentence, ("landing", profile.name), off, "min")
    burn_min = minutes_between(landing.deorbit, landing.landing)
    if abs(burn_min - profile.deorbit_to_landing_min) > _LEAST_SPREAD_MIN:
        sentence = f"The deorbit burn is {burn_min:.1f} min before landing, not {profile.deorbit_to_landing_min:g} min."
        yield Breach(sentence, ("landing",), abs(burn_min - profile.deorbit_to_landing_min), "min")


def _return_geometry(case: Case, profile: ReturnProfile) -> Said:
    site = case.sites.get(case.request.landing_site)
    if site is None:
        yield Gap(f"The landing site {case.request.landing_site!r} is not among the sites.")
        return
    standing = physics.Standing(case.path, site, case.flight.landing.landing, _NOW)
    across = float(abs(standing.off_plane_deg[0]))
    beyond = across - profile.max_crossrange_deg - case.param("FLT-05", "crossrange_tolerance_deg")
    if beyond > 0:
        sentence = f"At landing the site is {across:.3f} deg from the orbit plane"
        sentence += f" ({profile.max_crossrange_deg:g} deg is what the profile reaches)."
        yield Breach(sentence, ("landing", site.id), beyond, "deg")
    yield from _stated_at_landing(case, site, across)
    lead = float(standing.lead_deg[0])
    off = abs((lead - profile.station_lead_deg + 180) % 360 - 180)
    spread = max(profile.station_lead_sigma_deg, _LEAST_SPREAD_DEG) * case.param("FLT-05", "spread_sigmas")
    if off > spread:
        sentence = f"At landing the station is {lead:.2f} deg ahead of the site, {off:.2f} deg from the profile's"
        sentence += f" {profile.station_lead_deg:g} deg ({spread:g} deg accepted)."
        yield Breach(sentence, ("landing", site.id), off - spread, "deg")


def _stated_at_landing(case: Case, site: Site, across_deg: float) -> Said:
    """What the landing says of its crossrange and the Sun, against this physics."""
    landing = case.flight.landing
    across_km = radians(across_deg) * float(np.linalg.norm(physics.site_km(site)))
    if abs(landing.crossrange_km - across_km) > _STATED_KM:
        sentence = f"The landing states a crossrange of {landing.crossrange_km:.0f} km; by this physics it is"
        off_km = abs(landing.crossrange_km - across_km)
        yield Breach(f"{sentence} {across_km:.0f} km.", ("landing", site.id), off_km, "km")
    sun_deg = float(physics.sun_elevation_deg(site, landing.landing, _NOW)[0])
    if abs(landing.sun_elevation_deg - sun_deg) > _STATED_DEG:
        sentence = f"The landing states a Sun at {landing.sun_elevation_deg:.2f} deg; by this physics it is at"
        off_deg = abs(landing.sun_elevation_deg - sun_deg)
        yield Breach(f"{sentence} {sun_deg:.2f} deg.", ("landing", site.id), off_deg, "deg")


@checks("FLT-06")
def landing_by_daylight(case: Case) -> Said:
    """The Sun above its least elevation at the landing site, where daylight is asked for."""
    if not case.request.landing_by_daylight:
        return
    site = case.sites.get(case.request.landing_site)
    if site is None:
        yield Gap(f"The landing site {case.request.landing_site!r} is not among the sites.")
        return
    sun = float(physics.sun_elevation_deg(site, case.flight.landing.landing, _NOW)[0])
    least = case.param("FLT-06", "min_sun_elevation_deg")
    if sun < least - _SUN_MODEL_DEG:
        sentence = f"At landing the Sun stands at {sun:.2f} deg, lower than {least:g} deg."
        yield Breach(sentence, ("landing", site.id), least - sun, "deg")


@checks("FLT-07")
def handover(case: Case) -> Said:
    """Hatch opening to hatch closing long enough, and both where docking and undocking put them."""
    flight = case.flight
    opens = flight.docking.plus(minutes=case.request.ship_up.docking_to_hatch_min)
    closes = flight.landing.undocking.plus(minutes=-case.request.ship_down.hatch_to_undocking_min)
    early_s, late_s = flight.hatch_open.seconds_since(opens), closes.seconds_since(flight.hatch_close)
    for name, stated, off_s in (("opening", flight.hatch_open, early_s), ("closing", flight.hatch_close, late_s)):
        if not 0 <= off_s < 60:  # rounded inward, to the whole minute at most
            sentence = f"Hatch {name} at {stated} is {off_s:+.0f} s inside what the ships' times give."
            yield Breach(sentence, (f"hatch {name}",), abs(off_s), "s")
    if not case.request.crew_aboard:
        return  # nobody is there to take the station over from
    together_min = minutes_between(flight.hatch_open, flight.hatch_close)
    short = case.param("FLT-07", "min_handover_d") * 1_440 - together_min
    if short > 0:
        sentence = f"Both crews are aboard together for {at_length(together_min)}, {short:.2f} min too short."
        yield Breach(sentence, ("hatch opening", "hatch closing"), short, "min")


@checks("SEA-01")
def seats(case: Case) -> Said:
    """As many seats as people, up and down, and nobody in them who can't be."""
    request = case.request
    for way, ship, crew in (("up", request.ship_up, request.crew_up), ("down", request.ship_down, request.crew_down)):
        if len(crew) > ship.seats:
            sentence = f"{len(crew)} people go {way} in {ship.id}, which has {ship.seats} seats."
            yield Breach(sentence, (ship.id, *crew), len(crew) - ship.seats, "people")
        for person, times in sorted(Counter(crew).items()):
            if times > 1:
                yield Breach(f"{person} goes {way} {times} times over.", (ship.id, person), times - 1, "people")
            if person not in case.people:
                yield Breach(f"{person!r} goes {way} but is nobody of the programme.", (ship.id, person), 1, "people")
    yield from seats_of_those_who_stay(case)
    for person in sorted(set(request.crew_down) - set(case.aboard)):
        yield Breach(f"{person} goes down without having been aboard.", (person,), 1, "people")


@checks("SEA-03")
def sleeping_places(case: Case) -> Said:
    """A sleeping place of their own for everyone aboard."""
    sleepers = {person for slot, activity in case.flown if activity.kind == "sleep" for person in slot.people}
    everyone, places = sorted(sleepers | set(case.aboard)), case.programme.station.sleep_places
    if len(everyone) > places:
        sentence = f"{len(everyone)} people sleep aboard, where there are {places} sleeping places."
        yield Breach(sentence, tuple(everyone), len(everyone) - places, "people")


# How old the forecast is


@checks("FOR-01")
def honest_forecast(case: Case) -> Said:
    """Near where the phase can be known at lift-off, else the reference trajectory, marked provisional."""
    elements = case.plan.trajectory.elements
    yield from _right_elements(case, elements)
    table = case.programme.station.forecast_errors
    if not table:
        yield Gap("The station has no history of forecast errors, so the age of the elements can't be judged.")
        return
    ages = tuple(entry.age_d for entry in table)
    if any(later <= earlier for earlier, later in itertools.pairwise(ages)):
        yield Gap("The station's forecast errors don't ascend in age.")
        return
    age_d = case.flight.launch.launch.seconds_since(elements.epoch) / 86_400
    # A planner may know less than the table says, and states it.
    sigma = max(_phase_sigma_deg(case, case.flight.launch.launch), case.flight.launch.phase_sigma_deg or 0.0)
    yield from _stated_age(case, elements, age_d)
    if sigma > case.param("FOR-01", "max_phase_sigma_deg"):
        yield from _provisional(case, sigma, age_d)
    else:
        yield from _known(case, sigma, age_d)


def _phase_sigma_deg(case: Case, moment: Instant) -> float:
    """One sigma of the phase's forecast at a moment: by the table of past errors, and by newer sets in doubt.

    Where a newer set contradicts the one that the plan rests on, a boost may have come, and the forecast is worth no
    more than the two agree.
    """
    table = case.programme.station.forecast_errors
    ages, phases = tuple(entry.age_d for entry in table), tuple(entry.phase_deg for entry in table)
    age_d = moment.seconds_since(case.plan.trajectory.elements.epoch) / 86_400
    doubts = (apart_deg(case.plan.trajectory.elements, newer, moment) for newer in _newer(case))
    return max(min(180.0, physics.forecast_sigma(ages, phases, age_d)), *doubts, 0.0)


def _stated_age(case: Case, elements: Elements, age_d: float) -> Said:
    """What the launch says of its elements, and that no sigma is nothing."""
    launch, flight = case.flight.launch, case.flight
    if launch.elements_epoch != elements.epoch or abs(launch.elements_age_d - age_d) > _AGE_TOLERANCE_D:
        sentence = f"The launch states elements of {launch.elements_epoch}, {launch.elements_age_d:.2f} d old"
        yield Breach(f"{sentence}; they are of {elements.epoch}, {age_d:.2f} d old.", ("launch",))
    least_s = 0.5 * _plane_sigma_deg(case, launch.launch) * 86_164 / 360
    if launch.sigma_s < least_s:
        sentence = f"Lift-off states a sigma of {launch.sigma_s:g} s, less than half of what elements of that age give."
        yield Breach(sentence, ("launch",), least_s - launch.sigma_s, "s")
    if flight.docking_sigma_s < least_s:
        sentence = (
            f"Docking states a sigma of {flight.docking_sigma_s:g} s, less than half of what lift-off alone gives."
        )
        yield Breach(sentence, ("docking",), least_s - flight.docking_sigma_s, "s")
    landing = flight.landing
    late_d = landing.landing.seconds_since(elements.epoch) / 86_400
    if landing.elements_epoch != elements.epoch or abs(landing.elements_age_d - late_d) > _AGE_TOLERANCE_D:
        sentence = f"The landing states elements of {landing.elements_epoch}, {landing.elements_age_d:.2f} d old"
        yield Breach(f"{sentence}; they are of {elements.epoch}, {late_d:.2f} d old.", ("landing",))
    motion_rev_d = max(elements.mean_motion_rev_d, 1e-6)
    least_s = 0.5 * min(_phase_sigma_deg(case, landing.landing), _UNKNOWN_DEG) / 360 * 86_400 / motion_rev_d
    if landing.sigma_s < max(least_s, _ROUNDED_S):
        sentence = f"Landing states a sigma of {landing.sigma_s:g} s, less than half of what elements of that age give."
        yield Breach(sentence, ("landing",), least_s - landing.sigma_s, "s")


def _right_elements(case: Case, elements: Elements) -> Said:
    as_of = case.programme.as_of
    if as_of is not None and elements.epoch > as_of:
        sentence = f"The plan rests on elements of {elements.epoch}, later than {as_of}."
        yield Breach(sentence, ("trajectory",), minutes_between(as_of, elements.epoch), "min")
    if elements not in _usable(case):
        yield Breach(f"The elements of {elements.epoch} are not among the programme's.", ("trajectory",))
    else:
        yield from _left_out(case, elements)
    for sentence in physics.lines_against_numbers(elements):
        yield Breach(f"The element lines and their numbers disagree: {sentence}.", ("trajectory",))


def _usable(case: Case) -> list[Elements]:
    as_of = case.programme.as_of
    return [each for each in case.programme.elements if as_of is None or each.epoch <= as_of]


def _newer(case: Case) -> list[Elements]:
    """The usable sets newer than the one that the plan rests on and nearer to lift-off, ascending."""
    mine, launch = case.plan.trajectory.elements.epoch, case.flight.launch.launch
    reach_s = abs(launch.seconds_since(mine))
    found = [one for one in _usable(case) if one.epoch > mine and abs(launch.seconds_since(one.epoch)) < reach_s]
    return sorted(found, key=lambda one: one.epoch)


def _left_out(case: Case, elements: Elements) -> Said:
    """A newer set may be left out only where it contradicts the one used and no other newer one bears it out."""
    newer = _newer(case)
    for at, left_out in enumerate(newer):
        sentence = f"The plan rests on elements of {elements.epoch}, though there are some of {left_out.epoch}"
        behind_min = minutes_between(elements.epoch, left_out.epoch)
        if agree(elements, left_out):
            yield Breach(f"{sentence}, which agree with them.", ("trajectory",), behind_min, "min")
            return
        if (witness := next((one for one in newer[at + 1 :] if agree(left_out, one)), None)) is not None:
            yield Breach(f"{sentence} that those of {witness.epoch} bear out.", ("trajectory",), behind_min, "min")
            return


def _provisional(case: Case, sigma: float, age_d: float) -> Said:
    trajectory, flight = case.plan.trajectory, case.flight
    why = f"{_aged(age_d)} and the phase known to {sigma:.1f} deg only"
    if trajectory.basis != "far":
        yield Breach(f"The plan claims a near forecast, but {why}.", ("trajectory",), sigma, "deg")
    for name, basis in (("launch", flight.launch.basis), ("landing", flight.landing.basis)):
        if basis != "far" and trajectory.basis == "far":
            yield Breach(f"The {name} claims a near forecast, but {why}.", (name,), sigma, "deg")
    if trajectory.held is None:
        yield Breach(f"The plan carries no reference trajectory, but {why}.", ("trajectory",), sigma, "deg")
    else:
        yield from _traceable(case, trajectory.held)
    if not any("rovisional" in warning for warning in case.plan.warnings):
        yield Breach(f"No warning says that the plan is provisional, though {why}.", ("warnings",))
    for list_ in case.plan.windows:
        if list_.kind == "prayer":
            continue
        where = (f"{list_.kind} {list_.of or ''}".strip(),)
        if list_.basis != "far":
            yield Breach(f"Windows {list_.title!r} are not marked provisional, but {why}.", where, sigma, "deg")
        if any(span.sigma_s is not None for span in list_.spans):
            yield Breach(f"Windows {list_.title!r} state a sigma, but {why}.", where, sigma, "deg")


def _aged(age_d: float) -> str:
    """Elements may be later than the lift-off: who looks back has them."""
    if age_d < 0:
        return f"the elements are of {-age_d:.1f} d after lift-off"
    return f"at lift-off the elements are {age_d:.1f} d old"


def _known(case: Case, sigma: float, age_d: float) -> Said:
    trajectory = case.plan.trajectory
    why = f"{_aged(age_d)} and the phase known to {sigma:.2f} deg"
    if trajectory.basis != "near" or trajectory.held is not None:
        yield Breach(f"The plan rests on a reference trajectory, though {why}.", ("trajectory",), sigma, "deg")
    for name, basis in (("launch", case.flight.launch.basis), ("landing", case.flight.landing.basis)):
        if basis != "near":
            yield Breach(f"The {name} claims to be provisional, though {why}.", (name,), sigma, "deg")
    for list_ in case.plan.windows:
        if list_.kind == "prayer":
            continue
        where = (f"{list_.kind} {list_.of or ''}".strip(),)
        if list_.basis != "near":
            yield Breach(f"Windows {list_.title!r} are not marked near, though {why}.", where, sigma, "deg")
        if any(span.sigma_s is None for span in list_.spans):
            yield Breach(f"Windows {list_.title!r} state no sigma, though {why}.", where, sigma, "deg")
        short_s = max((_short_of_sigma_s(case, span) for span in list_.spans), default=0.0)
        if short_s > 0:
            sentence = f"Windows {list_.title!r} state a sigma less than half of what elements of that age give."
            yield Breach(sentence, where, short_s, "s")


def _short_of_sigma_s(case: Case, span: OpenSpan) -> float:
    """By how much a window's sigma falls short of half of what its own age gives, in seconds of motion."""
    motion_rev_d = max(case.plan.trajectory.elements.mean_motion_rev_d, 1e-6)
    least_s = 0.5 * _phase_sigma_deg(case, span.start) / 360 * 86_400 / motion_rev_d
    return 0.0 if span.sigma_s is None else least_s - _ROUNDED_S - span.sigma_s


def _traceable(case: Case, held: HeldOrbit) -> Said:
    """The reference trajectory is this station's: its mean altitude, and the plane its elements lead to."""
    station, elements = case.programme.station, case.plan.trajectory.elements
    off_km = abs(held.semi_major_axis_km - physics.RADIUS_KM - station.mean_altitude_km)
    if off_km > 3 * station.mean_altitude_sigma_km:
        sentence = f"The reference trajectory is {off_km:.1f} km from the station's mean altitude."
        yield Breach(sentence, ("trajectory",), off_km, "km")
    tilted_deg = abs(held.inclination_deg - elements.inclination_deg)
    if tilted_deg > _TILT_DEG:
        sentence = f"The reference trajectory's plane is tilted by {tilted_deg:.2f} deg against the elements' plane"
        yield Breach(f"{sentence} ({_TILT_DEG:g} deg is accepted).", ("trajectory",), tilted_deg - _TILT_DEG, "deg")
    off_deg = physics.plane_angle_deg(
        elements.inclination_deg, held.raan_deg, elements.inclination_deg, _node_deg(case, held.epoch)
    )
    allowed = 3 * (_plane_sigma_deg(case, held.epoch) + _altitude_sigma_deg(case, held.epoch)) + 0.25
    if off_deg > allowed:
        sentence = f"The reference trajectory's plane is {off_deg:.2f} deg from where the elements lead"
        yield Breach(f"{sentence} ({allowed:.2f} deg is three sigma).", ("trajectory",), off_deg - allowed, "deg")


def _node_deg(case: Case, moment: Instant) -> float:
    """The node of the elements, carried to a moment at the station's mean altitude."""
    elements = case.plan.trajectory.elements
    radius_km = physics.RADIUS_KM + case.programme.station.mean_altitude_km
    rate, _ = physics.held_rates(radius_km, radians(elements.inclination_deg))
    return elements.raan_deg + float(np.degrees(rate * moment.seconds_since(elements.epoch)))


def _altitude_sigma_deg(case: Case, moment: Instant) -> float:
    """How far the node may turn from that by not knowing the altitude: it turns as the radius to the power -7/2."""
    station, elements = case.programme.station, case.plan.trajectory.elements
    radius_km = physics.RADIUS_KM + station.mean_altitude_km
    rate, _ = physics.held_rates(radius_km, radians(elements.inclination_deg))
    share = 3.5 * station.mean_altitude_sigma_km / radius_km
    return float(np.degrees(abs(rate * share * moment.seconds_since(elements.epoch))))


def _plane_sigma_deg(case: Case, moment: Instant) -> float:
    """One sigma of the plane's forecast at a moment; past the table it grows in proportion to the age."""
    table = case.programme.station.forecast_errors
    ages, errors = tuple(each.age_d for each in table), tuple(each.plane_s for each in table)
    age_d = abs(moment.seconds_since(case.plan.trajectory.elements.epoch)) / 86_400
    past = max(1.0, age_d / ages[-1])
    return physics.forecast_sigma(ages, errors, min(age_d, ages[-1])) * past * 360 / 86_164
