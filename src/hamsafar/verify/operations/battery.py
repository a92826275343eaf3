"""OPS-10: the battery followed through the week, from panels, light and loads."""

from __future__ import annotations

from math import pi

import numpy as np

from hamsafar.domain.lunar import Mode, Panel, Power
from hamsafar.errors import OutOfRangeError
from hamsafar.verify.operations.case import OperationsCase, whole_steps
from hamsafar.verify.operations.registry import Breach, Gap, Said, checks
from hamsafar.verify.operations.sky import AU_KM, Array, Truth, angle_deg, visible_share

SUN_W_M2 = 1_361.0  # at 1 au: Kopp and Lean 2011
FINER = 6  # light is looked at so many times in every step that the battery is followed by
NOTHING = 0.001  # of the battery, which two people round differently


@checks("OPS-10")
def battery_above_lowest(case: OperationsCase) -> Said:
    """The charge at every step and wherever something starts or ends; once it is lower than allowed, the lowest."""
    power = case.mission.power
    if power is None:
        yield Gap("The mission's file says nothing of power, so the battery could not be followed.")
        return
    known = set(case.modes)
    for task in case.tasks:
        if task.mode not in known:
            yield Gap(f"{task.id} is done in the mode {task.mode!r}, which the file doesn't have.", (task.id,))
    if power.idle_mode not in known:
        raise OutOfRangeError(f"the idle mode {power.idle_mode!r} is not among the file's modes")
    step_s = max(10.0, case.param("OPS-10", "step_s"))
    seconds, charge_wh = followed(case, power, step_s)
    allowed_wh = power.lowest_share * power.battery_wh
    short_wh = allowed_wh - charge_wh
    lowest = int(np.argmax(short_wh))
    if not short_wh[lowest] <= NOTHING * power.battery_wh:
        first = case.base.plus(seconds=float(seconds[int(np.argmax(~(short_wh <= NOTHING * power.battery_wh)))])).iso()
        at = case.base.plus(seconds=float(seconds[lowest])).iso()
        told = f"{charge_wh[lowest]:.2f} Wh at {at}, and {allowed_wh:.2f} Wh are the least"
        doing = _doing(case, float(seconds[lowest]))
        sentence = f"The battery falls below its lowest share, first at {first}: {told}{doing}"
        yield Breach(f"{sentence}.", (first,), float(short_wh[lowest]), "Wh")


def _doing(case: OperationsCase, at_s: float) -> str:
    ids = [task.id for task in case.tasks if case.s(task.start) <= at_s <= case.s(task.end)]
    return f" (meanwhile {', '.join(ids)})" if ids else ""


def followed(case: OperationsCase, power: Power, step_s: float) -> tuple[Array, Array]:
    """(seconds (n,), charge in Wh (n,)): what comes in and goes out is even within a sixth of a step."""
    end_s = case.length_s
    grid = np.linspace(0.0, end_s, FINER * whole_steps(end_s, step_s) + 1)
    edges = [case.s(moment) for task in case.tasks for moment in (task.start, task.end)]
    seconds = np.unique(np.concatenate([grid, [edge for edge in edges if 0 < edge < end_s]]))
    middles, lengths_h = (seconds[1:] + seconds[:-1]) / 2, np.diff(seconds) / 3_600
    net_w = _net_w(case, power, middles)
    gained_wh = np.where(net_w > 0, net_w * power.charge_efficiency, net_w / power.discharge_efficiency) * lengths_h
    charge_wh = np.empty(len(seconds))
    charge_wh[0] = at_start_wh(case, power)
    now = float(charge_wh[0])
    for index, gain in enumerate(gained_wh.tolist()):
        now = min(power.battery_wh, now + gain)
        charge_wh[index + 1] = now
    return seconds, charge_wh


def at_start_wh(case: OperationsCase, power: Power) -> float:
    """As the file says; else what is left of the charge at stowing after the months in the carrier, loss upon loss."""
    share = case.week.battery_at_start_share
    if share is None:
        kept: float = (1 - power.stowed_loss_share_per_month) ** case.mission.stowed_months
        share = power.at_release_share * kept
    return share * power.battery_wh


def _net_w(case: OperationsCase, power: Power, seconds: Array) -> Array:
    """What the panels bring to the bus less what is drawn from it, (n,), at moments (n,)."""
    craft, sun, earth = case.craft_km(seconds), case.sky.sun(seconds), case.sky.earth(seconds)
    flux = SUN_W_M2 * (AU_KM / np.linalg.norm(sun - craft, axis=1)) ** 2 * visible_share(craft, sun, earth)
    angles = {
        "earth": np.radians(angle_deg(earth - craft, sun - craft)),
        "nadir": np.radians(angle_deg(-craft, sun - craft)),
    }
    net = np.zeros(len(seconds))
    idle = np.ones(len(seconds), dtype=np.bool_)
    modes = case.modes
    for task in case.tasks:
        inside = (seconds >= case.s(task.start)) & (seconds < case.s(task.end)) & idle
        idle &= ~inside
        mode = modes.get(task.mode, modes[power.idle_mode])
        load_w = mode.load_w
        camera = case.camera_of(task)
        load_w += camera.load_w if camera is not None else 0.0
        load_w += case.downlink.transmitter_w if task.kind == "transmission" else 0.0
        net[inside] = _bus_w(power, mode, flux, angles, inside) - load_w
    resting = modes[power.idle_mode]
    net[idle] = _bus_w(power, resting, flux, angles, idle) - resting.load_w
    return net


def _bus_w(power: Power, mode: Mode, flux: Array, angles: dict[str, Array], inside: Truth) -> Array:
    """What reaches the bus at the chosen moments, W."""
    area = sum(
        (
            panel.area_m2 * panel.efficiency * facing(panel, mode, power.sun_axis, angles, inside)
            for panel in power.panels
        ),
        start=np.zeros(int(inside.sum())),
    )
    return np.asarray(area * flux[inside] * power.path_efficiency)


def facing(
    panel: Panel, mode: Mode, sun_axis: tuple[float, float, float], angles: dict[str, Array], inside: Truth
) -> Array:
    """The mean cosine at which the Sun strikes a panel, nought from behind.

    Tumbling: over all attitudes, a quarter. Earth or nadir: +z is held there, the turn about it is not, so the mean
    over that turn of max(0, a + b cos(turn)). Sun: the axis stated is held at the Sun.
    """
    normal = np.array(panel.normal, dtype=np.float64)
    normal = normal / np.linalg.norm(normal)
    count = int(inside.sum())
    if mode.pointing == "tumbling":
        return np.full(count, 0.25)
    if mode.pointing == "sun":
        axis = np.array(sun_axis, dtype=np.float64)
        return np.full(count, max(0.0, float(normal @ axis / np.linalg.norm(axis))))
    from_axis = angles[mode.pointing][inside]
    a, b = normal[2] * np.cos(from_axis), np.hypot(normal[0], normal[1]) * np.sin(from_axis)
    b = np.maximum(b, 1e-12)
    half = np.arccos(np.clip(-a / b, -1, 1))  # lit while the turn is within so much of the Sun's side
    mean = (a * half + np.sqrt(np.maximum(b * b - a * a, 0.0))) / pi
    return np.asarray(np.where(np.abs(a) >= b, np.maximum(a, 0.0), mean))
