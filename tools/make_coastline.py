"""Makes `src/hamsafar/export/data/land-110m.json` from the TopoJSON land of the npm package `world-atlas`.

    npm install world-atlas@2.0.2        # in a folder outside this repository
    python tools/make_coastline.py node_modules/world-atlas/land-110m.json

Arcs are decoded, stitched into rings, and rounded to a tenth of a degree (finer than 1:110,000,000 deserves).
Longitudes run on past 180 degrees where a coast crosses the date line, so that every ring is unbroken.
Antarctica's closing edge along the pole is dropped: it is an artefact of a flat map, not a coast.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src" / "hamsafar" / "export" / "data" / "land-110m.json"
POLE_DEG = -89.5
Point = tuple[float, float]


def decode_arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Each arc as (longitude, latitude) in degrees: running sums of integer steps, scaled and shifted."""
    (scale_x, scale_y), (shift_x, shift_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            points.append((x * scale_x + shift_x, y * scale_y + shift_y))
        arcs.append(points)
    return arcs


def ring_of(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """The ring that arcs make, end to start; a negative number ~n is arc n backwards."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring


def rounded(ring: list[Point]) -> list[list[float]]:
    """The ring to a tenth of a degree, without the pole, repeated points or the closing point."""
    kept: list[list[float]] = []
    turns_deg, last = 0, ring[0][0]
    for longitude, latitude in ring:
        turns_deg += 360 * round((last - longitude) / 360)
        last = longitude
        point = [round(longitude + turns_deg, 1), round(latitude, 1)]
        if latitude > POLE_DEG and (not kept or kept[-1] != point):
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def main(source: str) -> None:
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    arcs = decode_arcs(topology)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        rings += [rounded(ring_of(numbers, arcs)) for polygon in polygons for numbers in polygon]
    rings = [ring for ring in rings if len(ring) > 2]
    body = {"unit": "deg", "order": "longitude, latitude", "rings": rings}
    TARGET.write_text(json.dumps(body, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(rings)} rings, {sum(map(len, rings))} points, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
