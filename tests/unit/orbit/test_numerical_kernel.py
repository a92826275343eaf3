"""The kernel against closed forms: two bodies, a turning field's constant, edges of shadows, touches of the ground."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.special import gammaln, lpmv

from hamsafar.domain.orbits import Craft, OrbitState, SolarPressure
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.numerical import ForceModel, GravityField, Surface, Tables, Thrust, join, propagate_many
from hamsafar.orbit.numerical.arc import integrate
from hamsafar.orbit.numerical.field import bundled_field
from hamsafar.orbit.numerical.forces import AU_KM, SOLAR_PRESSURE_N_M2, SUN_RADIUS_KM
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2026, 10, 1)
MU, MOON_KM = 4902.8, 1737.4
SPIN = 2.6616995e-6
POINT = GravityField(
    name="point", mu_km3_s2=MU, radius_km=1738.0, c=np.array([[1.0]]), s=np.array([[0.0]]), axes="MOON_PA"
)
ALONE = ForceModel(centre="moon", degree=0, bodies=())
CRAFT = Craft(mass_kg=10.0)


def still(spin_rad_s: float = 0.0, bodies=(), places=()) -> Tables:
    """Bodies that stand still, and a centre that turns evenly about its z axis."""
    coefficients = np.zeros((1, 3 + 3 * len(bodies), 2))
    length_s = 4e7
    coefficients[0, 2] = [0.0, spin_rad_s * length_s / 2]
    for index, place in enumerate(places):
        coefficients[0, 3 + 3 * index : 6 + 3 * index, 0] = place
    return Tables(bodies=tuple(bodies), start_s=-length_s / 2, piece_s=length_s, coefficients=coefficients)


def state(r, v) -> OrbitState:
    return OrbitState(epoch=EPOCH, centre="moon", position_km=tuple(r), velocity_km_s=tuple(v))


def ellipse(low_km: float, high_km: float, inclination_deg: float = 55.0) -> OrbitState:
    r, a, i = MOON_KM + low_km, MOON_KM + (low_km + high_km) / 2, np.radians(inclination_deg)
    v = np.sqrt(MU * (2 / r - 1 / a))
    return state((r, 0.0, 0.0), (0.0, v * np.cos(i), v * np.sin(i)))


def kepler(start: OrbitState, seconds: float) -> np.ndarray:
    """Where a body from periapsis is: Kepler's equation."""
    r0, v0 = np.array(start.position_km), np.array(start.velocity_km_s)
    a = 1 / (2 / np.linalg.norm(r0) - v0 @ v0 / MU)
    e, n = 1 - np.linalg.norm(r0) / a, np.sqrt(MU / a**3)
    mean = n * seconds % (2 * np.pi)
    anomaly = mean
    for _ in range(60):
        anomaly -= (anomaly - e * np.sin(anomaly) - mean) / (1 - e * np.cos(anomaly))
    p, q = r0 / np.linalg.norm(r0), v0 / np.linalg.norm(v0)
    return a * (np.cos(anomaly) - e) * p + a * np.sqrt(1 - e * e) * np.sin(anomaly) * q


@pytest.mark.parametrize("heights", [(100.0, 100.0), (200.0, 8_600.0), (30.0, 60_000.0)])
def test_two_bodies_follow_kepler(heights):
    start = ellipse(*heights)
    path = integrate(start, CRAFT, ALONE, EPOCH.plus(days=10), field=POINT, tables=still())
    seconds = np.linspace(0.0, 864_000.0, 57)
    r, _ = path.states_icrf(EPOCH.tai_ns + np.rint(seconds * 1e9).astype(np.int64))
    exact = np.array([kepler(start, t) for t in seconds])
    # a rounding of 1e-16 in energy, carried along a hundred revolutions; dense output as good as the steps
    assert np.abs(r - exact).max() < 2e-6  # km


def test_there_and_back_again():
    start = ellipse(100.0, 3_000.0)
    forces, field, tables = ForceModel(centre="moon", degree=20, bodies=()), bundled_field("moon", 20), still(SPIN)
    there = integrate(start, CRAFT, forces, EPOCH.plus(days=5), field=field, tables=tables)
    r, v = there.states_icrf(np.array([there.end.tai_ns]))
    turned = OrbitState(epoch=there.end, centre="moon", position_km=tuple(r[0]), velocity_km_s=tuple(v[0]))
    back = integrate(turned, CRAFT, forces, EPOCH, epoch=EPOCH, field=field, tables=tables)
    assert (back.start, back.end) == (EPOCH, there.end)
    again, _ = back.states_icrf(np.array([EPOCH.tai_ns]))
    assert np.abs(again[0] - start.position_km).max() < 5e-7  # km, after twice 5 d
    middle = np.array([EPOCH.plus(days=2.2).tai_ns])
    assert np.abs(there.states_icrf(middle)[0] - back.states_icrf(middle)[0]).max() < 5e-7


def jacobi(field: GravityField, degree: int, r: np.ndarray, v: np.ndarray, t: float) -> float:
    """The energy in axes that turn along, which an evenly turning field keeps; the potential by scipy's Legendre."""
    angle, size = SPIN * t, float(np.linalg.norm(r))
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1.0]])
    body = turn @ r
    longitude, lumps = np.arctan2(body[1], body[0]), 0.0
    for n in range(1, degree + 1):
        m = np.arange(n + 1)
        norm = np.sqrt((2 - (m == 0)) * (2 * n + 1) * np.exp(gammaln(n - m + 1) - gammaln(n + m + 1))) * (-1.0) ** m
        waves = field.c[n, : n + 1] * np.cos(m * longitude) + field.s[n, : n + 1] * np.sin(m * longitude)
        lumps += (field.radius_km / size) ** n * float(np.sum(norm * lpmv(m, n, body[2] / size) * waves))
    return float(v @ v / 2 - field.mu_km3_s2 / size * (1.0 + lumps) - SPIN * (r[0] * v[1] - r[1] * v[0]))


def test_an_evenly_turning_field_keeps_its_constant_to_rounding():
    field, degree = bundled_field("moon", 12), 12
    forces = ForceModel(centre="moon", degree=degree, bodies=())
    path = integrate(ellipse(100.0, 100.0, 80.0), CRAFT, forces, EPOCH.plus(days=20), field=field, tables=still(SPIN))
    seconds = np.linspace(0.0, 20 * 86_400.0, 21)
    r, v = path.states_icrf(EPOCH.tai_ns + np.rint(seconds * 1e9).astype(np.int64))
    constants = np.array([jacobi(field, degree, r[i], v[i], t) for i, t in enumerate(seconds)])
    assert np.abs(constants / constants[0] - 1).max() < 3e-13  # 240 revolutions of three roundings each (seen: 1.3e-13)


def test_every_periapsis_and_apoapsis_of_an_ellipse():
    start = ellipse(200.0, 8_600.0)
    path = integrate(start, CRAFT, ALONE, EPOCH.plus(days=7.2), field=POINT, tables=still())
    a = MOON_KM + 4_400.0
    period_ns = 2e9 * np.pi * np.sqrt(a**3 / MU)
    low_ns, low_km = path.periapsides()
    high_ns, high_km = path.apoapsides()
    begins_low = len(low_ns) == 15  # the start is one, to rounding
    numbers = np.arange(0 if begins_low else 1, 15)
    assert np.abs(low_ns - EPOCH.tai_ns - numbers * period_ns).max() < 2e6  # 2 ms: the radius is flat there
    assert np.abs(low_km - MOON_KM - 200.0).max() < 1e-8
    assert len(high_ns) == 14
    assert np.abs(high_km - MOON_KM - 8_600.0).max() < 1e-8


@pytest.mark.parametrize(("floor_km", "hits"), [(MOON_KM + 199.999_999, False), (MOON_KM + 200.000_001, True)])
def test_the_ground_is_seen_between_two_nodes(floor_km, hits):
    start = ellipse(200.0, 8_600.0)
    half = np.pi * np.sqrt((MOON_KM + 4_400.0) ** 3 / MU)
    high = integrate(start, CRAFT, ALONE, EPOCH.plus(seconds=half), field=POINT, tables=still())
    r, v = high.states_icrf(np.array([high.end.tai_ns]))
    begin = OrbitState(epoch=EPOCH, centre="moon", position_km=tuple(r[0]), velocity_km_s=tuple(v[0]))
    until = EPOCH.plus(seconds=1.5 * half)
    path = integrate(begin, CRAFT, ALONE, until, field=POINT, tables=still(), surface_km=floor_km)
    assert path.ended_by == ("impact" if hits else "until")
    if hits:
        place, _ = path.states_icrf(np.array([path.end.tai_ns]))
        assert abs(np.linalg.norm(place[0]) - floor_km) < 1e-6
        assert abs(path.end.seconds_since(EPOCH) - half) < 2.0  # a millimetre below is crossed within a second
        assert len(path.periapsides()[0]) == 0


def test_a_hill_is_met_before_the_sphere():
    def hill(longitude, latitude):
        return np.where(np.abs(longitude) < np.radians(180.0), MOON_KM + 5.0, 0.0)

    start = ellipse(100.0, 100.0)
    down = OrbitState(
        epoch=EPOCH,
        centre="moon",
        position_km=start.position_km,
        velocity_km_s=tuple(0.97 * np.array(start.velocity_km_s)),
    )
    forces = ForceModel(centre="moon", degree=0, bodies=())
    ground = Surface(radius_km=hill)
    met = integrate(down, CRAFT, forces, EPOCH.plus(days=1), field=POINT, tables=still(), surface_km=ground)
    sphere = integrate(down, CRAFT, forces, EPOCH.plus(days=1), field=POINT, tables=still(), surface_km=MOON_KM + 5.0)
    assert met.ended_by == sphere.ended_by == "impact"
    assert abs(met.end.seconds_since(sphere.end)) < 1e-3


SUN = np.array([AU_KM, 0.0, 0.0])
EARTH = np.array([384_400.0, 20_000.0, 0.0])


def share(r: np.ndarray) -> float:
    """The share of the Sun's disc seen past the Moon, by cones of light: independent of the kernel's circles."""
    s = SUN - r
    sun, moon = np.arcsin(SUN_RADIUS_KM / np.linalg.norm(s)), np.arcsin(min(1.0, MOON_KM / np.linalg.norm(r)))
    apart = np.arccos(np.clip(-(r @ s) / np.linalg.norm(r) / np.linalg.norm(s), -1, 1))
    if apart >= sun + moon:
        return 1.0
    if apart <= moon - sun:
        return 0.0
    x = np.linspace(-sun, sun, 4001)  # strips of the Sun across the line of centres
    strip = np.sqrt(np.maximum(sun**2 - x**2, 0))
    hidden = np.minimum(strip, np.sqrt(np.maximum(moon**2 - (x - apart) ** 2, 0)))
    return 1.0 - float(hidden.sum() / strip.sum())


def test_edges_of_shadows_are_not_smeared():
    area = 50.0  # m2/kg: a sheet, so that a smeared edge would be seen
    craft = Craft(mass_kg=1.0, solar=SolarPressure(area_m2=area, cr=1.0))
    start = ellipse(100.0, 100.0, 10.0)
    tables = still(bodies=("sun", "earth"), places=(SUN, EARTH))
    until = EPOCH.plus(hours=4)
    path = integrate(start, craft, ALONE, until, field=POINT, tables=tables)
    light = area * SOLAR_PRESSURE_N_M2 * AU_KM**2 / 1_000.0

    def slope(_t, y):
        r = y[:3]
        s = SUN - r
        push = -share(r) * light * s / np.linalg.norm(s) ** 3
        return np.concatenate([y[3:], -MU * r / np.linalg.norm(r) ** 3 + push])

    y0 = [*start.position_km, *start.velocity_km_s]
    slow = solve_ivp(slope, (0.0, 4 * 3600.0), y0, method="DOP853", rtol=1e-12, atol=1e-12, max_step=30.0)
    r, _ = path.states_icrf(np.array([until.tai_ns]))
    dark = integrate(start, CRAFT, ALONE, until, field=POINT, tables=tables).states_icrf(np.array([until.tai_ns]))[0]
    assert np.linalg.norm(r[0] - dark[0]) > 1.0  # the light does a kilometre
    assert np.linalg.norm(r[0] - slow.y[:3, -1]) < 2e-5  # km; the strips are good to 1e-4 of a penumbra of 16 s


def test_the_result_does_not_hang_on_where_steps_begin():
    craft = Craft(mass_kg=1.0, solar=SolarPressure(area_m2=0.05))
    forces = ForceModel(centre="moon", degree=8)
    start, until = ellipse(100.0, 400.0), EPOCH.plus(days=3)
    whole = integrate(start, craft, forces, until)
    seam = EPOCH.plus(seconds=40_123.4)
    first = integrate(start, craft, forces, seam)
    r, v = first.states_icrf(np.array([seam.tai_ns]))
    middle = OrbitState(epoch=seam, centre="moon", position_km=tuple(r[0]), velocity_km_s=tuple(v[0]))
    both = join([first, integrate(middle, craft, forces, until)])
    times = np.array([EPOCH.plus(seconds=s).tai_ns for s in (0.0, 40_123.3, 40_123.4, 40_123.5, 259_200.0)])
    apart = np.abs(both.states_icrf(times)[0] - whole.states_icrf(times)[0]).max()
    assert apart < 1e-7  # km
    assert len(both.periapsides()[0]) == len(whole.periapsides()[0])


def test_thrust_along_the_path_spirals_out_as_energy_says():
    push = 1e-8  # km/s^2
    thrust = Thrust(axes="TNW", force_kg_km_s2=(push * 10.0, 0.0, 0.0), mass_kg=10.0)
    start = ellipse(500.0, 500.0)
    path = integrate(start, CRAFT, ALONE, EPOCH.plus(days=1), field=POINT, tables=still(), thrust=thrust)
    times = EPOCH.tai_ns + np.linspace(0, 86_400_000_000_000, 4001).astype(np.int64)
    r, v = path.states_icrf(times)
    speed = np.linalg.norm(v, axis=1)
    energy = speed**2 / 2 - MU / np.linalg.norm(r, axis=1)
    work = push * np.trapezoid(speed, dx=86_400.0 / 4000)
    assert abs(energy[-1] - energy[0] - work) < 1e-9 * abs(work) + 1e-13


def test_many_lives_are_the_single_ones_for_any_number_of_workers():
    draw = np.random.default_rng(2)
    start = ellipse(200.0, 8_600.0)
    states = np.array([*start.position_km, *start.velocity_km_s]) + draw.normal(size=(5, 6)) * ([1.0] * 3 + [1e-3] * 3)
    states[4, 3:] *= 0.7  # falls
    forces, until = ForceModel(centre="moon", degree=6), EPOCH.plus(days=4)
    areas = np.array([0.0, 0.01, 0.02, 0.03, 0.0])
    one = propagate_many(states, EPOCH, areas, forces, until)
    two = propagate_many(states, EPOCH, areas, forces, until, workers=2)
    for name in ("end_s", "ended_by", "states_icrf", "periapsis_s", "periapsis_km"):
        assert np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
    assert one.ended_by.tolist() == [1, 1, 1, 1, 2]
    assert abs(np.linalg.norm(one.states_icrf[4, :3]) - MOON_KM) < 1e-6
    craft = Craft(mass_kg=1.0, solar=SolarPressure(area_m2=0.02, cr=1.0))
    path = integrate(state(states[2, :3], states[2, 3:]), craft, forces, until)
    r, _ = path.states_icrf(np.array([until.tai_ns]))
    assert np.abs(r[0] - one.states_icrf[2, :3]).max() < 1e-8
    kept = one.periapsis_km[2][np.isfinite(one.periapsis_km[2])]
    assert np.allclose(kept, path.periapsides()[1], atol=1e-9)


def test_what_can_not_be_flown_is_refused():
    inside = state((1_700.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    with pytest.raises(InputError, match=r"1700\.000 km from the moon's centre"):
        integrate(inside, CRAFT, ALONE, EPOCH.plus(days=1), field=POINT, tables=still())
    elsewhere = OrbitState(epoch=EPOCH, centre="earth", position_km=(7e3, 0, 0), velocity_km_s=(0, 7.5, 0))
    with pytest.raises(InputError, match="about the earth"):
        integrate(elsewhere, CRAFT, ALONE, EPOCH.plus(days=1), field=POINT, tables=still())
    with pytest.raises(OutOfRangeError, match="the tables cover"):
        integrate(ellipse(100, 100), CRAFT, ALONE, EPOCH.plus(days=400), field=POINT, tables=still())
    path = integrate(ellipse(100, 100), CRAFT, ALONE, EPOCH.plus(days=0.1), field=POINT, tables=still())
    with pytest.raises(OutOfRangeError):
        path.states_icrf(np.array([EPOCH.plus(days=0.2).tai_ns]))
    with pytest.raises(InputError, match="5 states, but"):
        propagate_many(np.ones((5, 6)) * 2e3, EPOCH, np.zeros(4), ALONE, EPOCH.plus(days=1))


def test_leaving_and_running_out_of_time_are_told_apart():
    away = state((2_000.0, 0.0, 0.0), (0.0, 6.0, 0.0))
    left = integrate(away, CRAFT, ALONE, EPOCH.plus(days=10), field=POINT, tables=still())
    assert left.ended_by == "escape"
    told: list[float] = []
    start, until = ellipse(100, 100), EPOCH.plus(days=100)
    late = integrate(start, CRAFT, ALONE, until, field=POINT, tables=still(), tell=told.append, deadline_s=0.0)
    assert late.ended_by == "time"
    assert EPOCH < late.end < until
    assert 0.0 < told[-1] < 1.0
