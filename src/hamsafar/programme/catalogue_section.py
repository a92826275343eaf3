"""The section `catalogue` as editors see it, made from the nouns. `hamsafar.catalog.merge` judges what it says."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields, has
from pydantic import Field, create_model

from hamsafar.domain.places import Horizon, HorizonPoint, Relay, Site
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.programme.entry import Entry

LISTS: dict[str, tuple[type[Any], str]] = {
    "sites": (Site, "Places on the ground."),
    "relays": (Relay, "Relay satellites."),
    "stations": (Station, "Space stations."),
    "ships": (Ship, "Ship types."),
}

_MEANING = {
    "id": "Its name in the catalogue; a known one replaces the fields named here, a new one must be whole.",
    "name": "What people read.",
    "latitude_deg": "WGS-84 latitude, north positive, degrees.",
    "longitude_deg": "Longitude, east positive, degrees.",
    "height_km": "Height above the ellipsoid, km.",
    "zone": "The time zone of its clock, an IANA name.",
    "source": "Where the figures come from.",
    "horizon": "What stands around it, in ascending azimuth, straight between points; without it, nothing does.",
    "azimuth_deg": "Direction from north over east, 0 to 360 degrees.",
    "elevation_deg": "How high the horizon stands there, degrees; two points of one azimuth are a wall.",
    "range": "A pad's range: how often an attempt is scrubbed, and what it takes to try again.",
    "scrub_probability": "Chance that one attempt is scrubbed, by itself, 0 to 1.",
    "turnaround_d": "From an attempt to the next, at least so many days.",
    "longest_wait_d": "From the first attempt to the last, at most so many days.",
    "norad": "Catalogue number of its elements.",
    "max_nadir_angle_deg": "Half-angle of the relay's own antenna about its nadir, degrees; without it, no limit.",
    "sleep_places": "How many people can sleep aboard.",
    "relays": "The relay satellites it uses.",
    "relay_cone_deg": "Half-angle of the relay antenna about the zenith, degrees.",
    "mean_altitude_km": "Mean altitude over its known history: Brouwer's mean semi-major axis less 6378.137 km.",
    "mean_altitude_sigma_km": "Spread of that altitude, km.",
    "keeping": "How its operator keeps its altitude.",
    "floor_km": "The altitude it is not let sink below, km.",
    "shortest_quiet_d": "Shortest scale of the days to the next boost, days.",
    "longest_quiet_d": "Longest scale of the days to the next boost, days.",
    "settling_d": "Within how many days the altitude settles to its mean after a boost, days.",
    "memory_d": "After how many days an altitude says nothing of a later one, days.",
    "sinking_km_per_day": "Typical rate of sinking between boosts, km a day.",
    "sinking_sigma_km_per_day": "How far a rate of sinking is from that of the next weeks, km a day.",
    "forecast_errors": "How far forecasts were off, by age of the elements, ascending.",
    "age_d": "Age of the elements, days.",
    "plane_s": "Error of a plane crossing with no boost between, 68 %, seconds.",
    "phase_deg": "Error along the track, boosts included, 68 %, degrees.",
    "station": "The station it flies to.",
    "seats": "How many people it carries.",
    "docking_to_hatch_min": "From docking to hatch opening, minutes.",
    "hatch_to_undocking_min": "From hatch closing to undocking, minutes.",
    "launches": "When it leaves a pad, counted from the pad's passage through the orbit plane.",
    "profiles": "Its ways from lift-off to docking.",
    "returns": "Its ways from undocking to a landing site.",
    "pad": "The pad, a site.",
    "branch": "Whether the station passes northward or southward.",
    "offset_s": "Lift-off after the passage through the plane, seconds.",
    "offset_sigma_s": "Spread of that, seconds.",
    "flights": "The flights that showed it.",
    "duration_min": "Lift-off to docking, minutes.",
    "duration_sigma_min": "Spread of that, minutes.",
    "phase_low_deg": "Where the band of known phases at lift-off begins, degrees.",
    "phase_high_deg": "Where it ends, degrees; it may run through 0.",
    "phase_margin_deg": "How far beyond the band it is unknown rather than impossible, degrees.",
    "site": "The landing site.",
    "undocking_to_landing_min": "Undocking to landing, minutes.",
    "undocking_to_landing_sigma_min": "Spread of that, minutes.",
    "deorbit_to_landing_min": "Deorbit burn to landing, minutes.",
    "station_lead_deg": "How far the station is beyond the site at landing, degrees.",
    "station_lead_sigma_deg": "Spread of that, degrees.",
    "max_crossrange_deg": "Largest angle from the site to the orbit plane at landing, degrees.",
    "longest_wait_h": "How much later than meant the ship may still land after a missed landing, hours.",
    "landing": "What it asks of a landing; without it, no rule is known.",
    "area": "The box on the ground that ships come down in.",
    "south_deg": "Its southern edge, degrees north.",
    "north_deg": "Its northern edge, degrees north.",
    "west_deg": "Its western edge, degrees east.",
    "east_deg": "Its eastern edge, degrees east.",
    "max_wind_m_s": "The strongest wind that a landing is held in, m/s.",
    "wind_height_m": "How high above the ground that wind is taken, metres.",
}


@cache
def catalogue_model() -> type[Entry]:
    """The model of the whole section: four lists of changes."""
    lists: dict[str, Any] = {
        name: (list[_model(noun, True)], Field([], description=about))  # type: ignore[misc,arg-type]  # models made at run time
        for name, (noun, about) in LISTS.items()
    }
    made: type[Entry] = create_model(
        "CatalogueSection", __base__=Entry, __doc__="What the catalogue says, said otherwise, or added.", **lists
    )
    return made


@cache
def _model(noun: type[Any], change: bool) -> Any:
    """A noun as a model: as a change only its id is needed, nested it is whole."""
    hints = get_type_hints(noun)
    made: dict[str, Any] = {}
    for attribute in fields(noun):
        type_ = _written(hints[attribute.name])
        about = _MEANING[attribute.name]
        if change and attribute.name != "id":
            made[attribute.name] = (type_ | None, Field(None, description=about))
        elif attribute.default is not NOTHING:
            made[attribute.name] = (type_, Field(attribute.default, description=about))
        else:
            made[attribute.name] = (type_, Field(description=about))
    first_line = (noun.__doc__ or "").splitlines()[0]
    return create_model(f"{noun.__name__}{'Change' if change else 'Entry'}", __base__=Entry, __doc__=first_line, **made)


def _written(type_: Any) -> Any:
    if type_ == Horizon | None:  # written as the list of its points
        return list[_model(HorizonPoint, False)] | None  # type: ignore[misc]  # made at run time
    if get_origin(type_) is tuple:
        inner = get_args(type_)[0]
        return list[_model(inner, False)] if has(inner) else list[inner]  # type: ignore[misc,valid-type]  # made at run time
    if type_ == float | None:
        return type_
    optional = next((one for one in get_args(type_) if has(one)), None)
    if optional is not None and type_ == optional | None:
        return _model(optional, False) | None
    if has(type_):
        return _model(type_, False)
    inner, *others = get_args(type_) or (type_,)
    if has(inner) and others == [type(None)]:
        return _model(inner, False) | None
    assert type_ in (str, int, float) or get_origin(type_) is Literal
    return type_
