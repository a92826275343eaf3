"""The sections of a mission's file → LunarMission. What they say together was judged before."""

from __future__ import annotations

from pathlib import Path

from hamsafar import catalog
from hamsafar.domain import lunar as the
from hamsafar.domain.orbits import Burn, KeplerElements, OrbitState, SolarPressure, Vector
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.programme.draft import Draft
from hamsafar.programme.lunar import mission_model as written
from hamsafar.timeline import Instant, Span
from hamsafar.units import MOON_MU_KM3_S2, MOON_RADIUS_KM

_DAY_S, _MONTH_D = 86_400.0, 30.436875  # Gregorian mean month


def resolved(draft: Draft, file: Path) -> the.LunarMission:
    """The mission that a draft without problems says."""
    found = draft.once("mission", written.MissionSection), draft.once("craft", written.CraftSection)
    let_go = draft.once("release", written.ReleaseSection)
    assert found[0] is not None, "a draft without problems has it"
    assert found[1] is not None, "and this"
    assert let_go is not None, "and this"
    head, craft, release = found[0][1], found[1][1], let_go[1]
    return the.LunarMission(
        id=head.id,
        title=head.title,
        state=state_of(release),
        mass_kg=craft.mass,
        solar=SolarPressure(area_m2=craft.area, cr=craft.cr) if craft.area > 0 else None,
        burns=tuple(_burn(one) for _, one in draft.of("burns", written.BurnEntry)),
        spread=_spread(release.spread),
        launch=head.launch,
        stowed_months=craft.stowed / _DAY_S / _MONTH_D,
        end_of_life=head.end_of_life,
        power=_power(draft),
        stations=tuple(_station(one) for _, one in draft.of("stations", written.StationEntry)),
        links=tuple(_link(one) for _, one in draft.of("links", written.LinkEntry)),
        cameras=tuple(_camera(one) for _, one in draft.of("cameras", written.CameraEntry)),
        targets=tuple(_target(one) for _, one in draft.of("targets", written.TargetEntry)),
        operations=_operations(draft),
        carrier=_carrier(draft),
        papers=tuple(_paper(one) for _, one in draft.of("papers", written.PaperEntry)),
        assumptions=tuple(
            the.Assumption(of=one.of, why=one.why, sweep=tuple(one.sweep))
            for _, one in draft.of("assumptions", written.AssumptionEntry)
        ),
        degree=head.degree,
        bodies=tuple(head.bodies),
        zones=tuple(head.zones),
        source=file.name,
    )


def state_of(release: written.ReleaseSection) -> OrbitState:
    """The state of a release, in its own frame."""
    if release.position is not None and release.velocity is not None:
        position, velocity = release.position, _km_s(release.velocity)
    else:
        assert release.elements is not None, "either elements or position and velocity"
        position, velocity = elements_of(release.elements).vectors(MOON_MU_KM3_S2)
    return _state(release.epoch, release.frame, position, velocity)


def elements_of(one: written.ElementsEntry) -> KeplerElements:
    """The elements as a shape in km and angles in degrees."""
    if one.periapsis_altitude is not None and one.apoapsis_altitude is not None:
        low, high = MOON_RADIUS_KM + one.periapsis_altitude, MOON_RADIUS_KM + one.apoapsis_altitude
        axis_km, eccentricity = (low + high) / 2, (high - low) / (high + low)
    else:
        assert one.semi_major_axis is not None, "either altitudes or axis and eccentricity"
        assert one.eccentricity is not None, "and both of them"
        axis_km, eccentricity = one.semi_major_axis, one.eccentricity
    return KeplerElements(
        semi_major_axis_km=axis_km,
        eccentricity=eccentricity,
        inclination_deg=one.inclination,
        raan_deg=one.raan,
        argument_of_periapsis_deg=one.argument_of_periapsis,
        true_anomaly_deg=one.true_anomaly,
    )


def _state(epoch: Instant, frame: str, position_km: Vector, velocity_km_s: Vector) -> OrbitState:
    return OrbitState(epoch=epoch, centre="moon", frame=frame, position_km=position_km, velocity_km_s=velocity_km_s)


def _km_s(speeds_m_s: Vector) -> Vector:
    one, two, three = (speed / 1_000 for speed in speeds_m_s)
    return one, two, three


def _burn(one: written.BurnEntry) -> Burn:
    return Burn(start=one.start, delta_v_km_s=_km_s(one.delta_v), axes=one.axes, duration_s=one.duration)


def _spread(one: written.SpreadEntry | None) -> the.Spread:
    if one is None:
        return the.Spread()
    return the.Spread(position_km=one.position, velocity_m_s=one.velocity, solar_share=one.solar, gravity=one.gravity)


def _power(draft: Draft) -> the.Power | None:
    found = draft.once("power", written.PowerSection)
    if found is None:
        return None
    one = found[1]
    return the.Power(
        panels=tuple(
            the.Panel(normal=panel.normal, area_m2=panel.area, efficiency=panel.efficiency) for panel in one.panels
        ),
        battery_wh=one.battery,
        lowest_share=one.lowest,
        at_release_share=one.charged,
        stowed_loss_share_per_month=one.loss_per_month,
        charge_efficiency=one.charge_efficiency,
        discharge_efficiency=one.discharge_efficiency,
        path_efficiency=one.path_efficiency,
        sun_axis=one.sun_axis,
        modes=tuple(the.Mode(id=mode.id, pointing=mode.pointing, load_w=mode.load) for mode in one.modes),
        safe_mode=one.safe_mode,
        idle_mode=one.idle_mode,
    )


def _lines(losses: list[written.LossEntry]) -> tuple[the.LossLine, ...]:
    return tuple(the.LossLine(title=line.title, loss_db=line.loss) for line in losses)


def _station(one: written.StationEntry) -> the.Station:
    return the.Station(
        site=_site(one),
        min_elevation_deg=one.min_elevation,
        antennas=tuple(_antenna(antenna) for antenna in one.antennas),
        amateur=one.amateur,
        booked=None if one.booked is None else tuple(map(_booking, one.booked)),
        closed=tuple(map(_booking, one.closed)),
    )


def _site(one: written.StationEntry) -> Site:
    points = tuple(HorizonPoint(azimuth_deg=azimuth, elevation_deg=height) for azimuth, height in one.horizon)
    horizon = Horizon(points=points) if points else None
    if one.site is not None:
        site = catalog.load().site(one.site)
        return Site(
            id=one.id,
            name=one.title or site.name,
            latitude_deg=site.latitude_deg,
            longitude_deg=site.longitude_deg,
            height_km=site.height_km,
            zone=site.zone if one.zone == "UTC" else one.zone,
            source=one.source or site.source,
            horizon=horizon or site.horizon,
        )
    assert one.latitude is not None, "a station without a site has its place"
    assert one.longitude is not None, "and all of it"
    return Site(
        id=one.id,
        name=one.title or one.id,
        latitude_deg=one.latitude,
        longitude_deg=one.longitude if one.longitude >= -180 else one.longitude + 360,
        height_km=one.height,
        zone=one.zone,
        source=one.source,
        horizon=horizon,
    )


def _antenna(one: written.AntennaEntry) -> the.Antenna:
    return the.Antenna(
        dish_m=None if one.dish is None else one.dish * 1_000,
        aperture_efficiency=one.efficiency,
        gain_dbi=one.gain,
        noise_k=one.noise,
        power_w=one.power,
        losses=_lines(one.losses),
        lowest_mhz=one.lowest,
        highest_mhz=one.highest,
    )


def _booking(one: written.BookingEntry) -> the.Booking:
    return the.Booking(span=Span(one.begin, one.end), note=one.note or "")


def _link(one: written.LinkEntry) -> the.Link:
    return the.Link(
        id=one.id,
        title=one.title,
        direction=one.direction,
        frequency_mhz=one.frequency,
        rate_bit_s=one.rate * 1_000,
        craft_power_w=one.craft_power,
        craft_gain_dbi=one.craft_gain,
        craft_noise_k=one.craft_noise,
        losses=_lines(one.losses),
        needed_eb_n0_db=one.needed_eb_n0,
        coding=one.coding,
        margin_db=one.margin,
        transmitter_w=one.transmitter,
        efficiency=one.efficiency,
    )


def _camera(one: written.CameraEntry) -> the.Camera:
    return the.Camera(
        id=one.id,
        title=one.title,
        boresight=one.boresight,
        field_deg=one.field,
        width_px=one.width_px,
        height_px=one.height_px,
        bits_per_px=one.bits_per_px,
        compression=one.compression,
        load_w=one.load,
        exposure_min=one.exposure,
    )


def _target(one: written.TargetEntry) -> the.Target:
    return the.Target(
        id=one.id,
        title=one.title,
        body=one.body,
        latitude_deg=one.latitude,
        longitude_deg=None if one.longitude is None else (one.longitude + 180) % 360 - 180,
        min_sun_elevation_deg=one.min_sun_elevation,
        max_sun_elevation_deg=one.max_sun_elevation,
        max_look_deg=one.max_look,
        max_range_km=one.max_range,
        min_sun_separation_deg=one.min_sun_separation,
    )


def _operations(draft: Draft) -> the.Operations | None:
    found = draft.once("operations", written.OperationsSection)
    if found is None:
        return None
    one = found[1]
    return the.Operations(
        span=Span(one.begin, one.end),
        commissioning=tuple(map(_step, one.commissioning)),
        upkeep=tuple(map(_step, one.upkeep)),
        images=tuple(
            the.Image(
                id=wish.id, target=wish.target, camera=wish.camera, count=wish.count, value=wish.value, by=wish.by
            )
            for wish in one.images
        ),
        downlink=one.downlink,
        command=one.command,
        image_mode=one.image_mode,
        downlink_mode=one.downlink_mode,
        slew_min=one.slew,
        settle_min=one.settle,
        longest_transmission_min=one.longest_transmission,
        shortest_transmission_min=one.shortest_transmission,
        transmitter_rest_min=one.transmitter_rest,
        transmitter_min_a_day=one.transmitter_a_day,
        contact_every_min=one.contact_every,
        telemetry_kbit_per_h=0.0 if one.telemetry is None else one.telemetry * 3_600,
        store_kbit=one.store,
        store_at_start_kbit=one.stored,
        battery_at_start_share=one.battery,
    )


def _step(one: written.StepEntry) -> the.Step:
    return the.Step(
        id=one.id,
        title=one.title,
        duration_min=one.duration,
        mode=one.mode,
        in_contact=one.in_contact,
        in_sunlight=one.in_sunlight,
        data_kbit=one.data,
        after=tuple(one.after),
        count=one.count,
        spacing_min=one.spacing,
        value=one.value,
    )


def _carrier(draft: Draft) -> the.Carrier | None:
    found = draft.once("carrier", written.CarrierSection)
    if found is None:
        return None
    one = found[1]
    state = None
    if one.elements is not None and one.epoch is not None:
        state = _state(one.epoch, one.frame, *elements_of(one.elements).vectors(MOON_MU_KM3_S2))
    return the.Carrier(
        state=state,
        ephemeris=one.ephemeris,
        release_from=one.begin,
        release_to=one.end,
        directions=tuple(one.directions),
        speeds_m_s=tuple(one.speeds),
        min_clearance_km=one.clearance,
        clear_after_h=one.clear_after / 3_600,
    )


def _paper(one: written.PaperEntry) -> the.Paper:
    return the.Paper(
        id=one.id,
        title=one.title,
        event=one.event,
        days_before=(one.before - one.behind) / _DAY_S,
        takes_d=one.takes / _DAY_S,
        owner=one.owner,
        after=tuple(one.after),
        source=one.source,
        done=one.done,
    )
