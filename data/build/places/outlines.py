"""Outlines for the maps of the reports: `python -m siting.data.build.places.outlines`.

From us-atlas and world-atlas (Census Bureau and Natural Earth, public domain), simplified so far that a map of the
report's size cannot tell the difference. Shared borders are simplified once, so that neighbours still meet.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import shapely

from siting.data.build.raw import REPOSITORY, locate

OUTPUT = REPOSITORY / "reports" / "templates"

ABROAD = frozenset({"02", "15", "60", "66", "69", "72", "78"})
"""FIPS codes that the map of the contiguous United States leaves out."""


def main() -> None:
    """Write both outlines beside the templates."""
    states = _geometries("natural_earth/us_states-10m.json.xz", "states", ABROAD)
    _write(OUTPUT / "outline_us.json", states, tolerance=0.05, smallest=0.02)
    countries = _geometries("natural_earth/countries-110m.json.xz", "countries", frozenset({"010"}))
    _write(OUTPUT / "outline_world.json", countries, tolerance=0.25, smallest=0.5)


def _geometries(name: str, layer: str, left_out: frozenset[str]) -> list[Any]:
    """Read the shapes of one layer of a TopoJSON file."""
    topology = json.loads(lzma.decompress(locate(name).read_bytes()))
    (dx, dy), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * dx + x0, y * dy + y0))
        arcs.append(points)

    def ring(indices: list[int]) -> list[tuple[float, float]]:
        points: list[tuple[float, float]] = []
        for index in indices:
            arc = arcs[index] if index >= 0 else arcs[~index][::-1]
            points.extend(arc[1:] if points else arc)
        return points

    shapes = []
    for geometry in topology["objects"][layer]["geometries"]:
        if geometry.get("id") in left_out:
            continue
        parts = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        polygons = [shapely.Polygon(ring(part[0]), [ring(hole) for hole in part[1:]]) for part in parts]
        valid = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapely.MultiPolygon(polygons))))
        shapes.append(shapely.MultiPolygon([part for part in valid if part.geom_type == "Polygon"]))
    return shapes


def _write(path: Path, shapes: list[Any], tolerance: float, smallest: float) -> None:
    """Simplify, drop islands below `smallest` square degrees, and write rings of rounded coordinates."""
    rings = []
    for shape in shapely.coverage_simplify(shapes, tolerance):
        parts = sorted((part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"), key=shapely.area)
        for i, part in enumerate(parts):
            if part.area >= smallest or i == len(parts) - 1:
                rings.append([[round(x, 2), round(y, 2)] for x, y in part.exterior.coords])
    text = json.dumps({"licence": "public domain", "rings": rings}, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")
    print(f"{path.name}: {len(rings)} rings, {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
