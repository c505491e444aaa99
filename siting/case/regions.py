"""Regions that rules are about: which sites lie in each, and what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from siting.problems import did_you_mean

if TYPE_CHECKING:
    from siting.case.case import Array, Case
    from siting.study.parts import RegionalRule
    from siting.study.study import Study

__all__ = ["inside", "polygon_problem", "region_problems", "sites_by_authority", "within_polygon"]

COLUMNS = {"state": "state", "county_fips": "county_fips", "grid_zone": "grid_zone_id"}
"""Column of the table of sites that says in which region of a kind a site lies."""

WGS84 = "EPSG:4326"


def inside(study: Study, sites: pd.DataFrame) -> Array:
    """Return 1 where a site lies in the region of a rule, site by region.

    Parameters
    ----------
    study : Study
        Holds the rules, in `policy.regional`.
    sites : DataFrame
        The sites.
    """
    rules = study.policy.regional
    found = np.zeros((len(sites), len(rules)))
    for place, rule in enumerate(rules):
        found[:, place] = _lies_in(study, rule, sites)
    return found


def region_problems(study: Study, sites: pd.DataFrame, known: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Yield field, message and hint of each rule about a region that is not there, or holds none of the sites.

    Parameters
    ----------
    study : Study
        Holds the rules.
    sites : DataFrame
        The candidates.
    known : DataFrame
        All sites of the table.
    """
    for place, rule in enumerate(study.policy.regional):
        kind, region = rule.kind, rule.region
        field = f"policy.regional.{place}.{kind}"
        if kind == "polygon":
            problem = polygon_problem(study, region, sites)
            if problem:
                yield field, *problem
        elif region not in set(known[COLUMNS[kind]].astype(str)):
            yield (
                field,
                f"no site of the table sites lies in {region!r}",
                did_you_mean(region, sorted(set(known[COLUMNS[kind]].astype(str))))
                or "states are of two capital letters, such as TX" * (kind == "state"),
            )


def _lies_in(study: Study, rule: RegionalRule, sites: pd.DataFrame) -> Any:
    if rule.kind == "polygon":
        return within_polygon(study, rule.region, sites)
    return (sites[COLUMNS[rule.kind]].astype(str) == rule.region).to_numpy(float)


def within_polygon(study: Study, file: str, sites: pd.DataFrame) -> Array:
    """Return 1 where a site lies within the polygons of a file.

    Parameters
    ----------
    study : Study
        From which the file is seen.
    file : str
        Its path, as the study states it.
    sites : DataFrame
        The sites.
    """
    import geopandas

    area = geopandas.read_file(_path(study, file)).to_crs(WGS84).union_all()
    points = geopandas.points_from_xy(sites["longitude"], sites["latitude"], crs=WGS84)
    there: Array = np.asarray(points.within(area), dtype=float)
    return there


def polygon_problem(study: Study, file: str, sites: pd.DataFrame) -> tuple[str, str] | None:
    """Return what is wrong with a file of polygons, and what to do; None if it can be used and holds a site."""
    import geopandas

    path = _path(study, file)
    if not path.is_file():
        return f"there is no file {file!r}", "paths are seen from the study"
    try:
        frame = geopandas.read_file(path)
    except Exception as error:  # whatever reads the file has errors of its own
        text = " ".join(str(error).split())
        return f"{file!r} cannot be read as polygons ({text})", "GeoJSON, GeoPackage and shapefiles are read"
    if frame.empty or not frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).all():
        return f"{file!r} holds other things than polygons", ""
    if frame.crs is None:
        return f"{file!r} does not say in which coordinate system it is", "state its CRS in the file"
    if not frame.geometry.is_valid.all():
        reason = str(frame.geometry[~frame.geometry.is_valid].is_valid_reason().iloc[0])
        return f"a polygon of {file!r} is not valid: {reason}", "mend it, so that it does not cross itself"
    if not within_polygon(study, file, sites).any():
        return f"no candidate site lies within {file!r}", "check its coordinate system and the candidates"
    return None


def _path(study: Study, file: str) -> Path:
    folder = study.origin.parent if study.origin else Path()
    return folder / file


def sites_by_authority(case: Case) -> dict[str, list[str]]:
    """Ids of the sites of each balancing authority; a table of one's own that names none has none.

    Parameters
    ----------
    case : Case
        The numbers.
    """
    sites = case.tables["sites"]
    if "authority_id" not in sites:
        return {}
    known = sites[sites["authority_id"].notna()]
    groups = known.groupby(known["authority_id"].astype(str), sort=False)["site_id"]
    return {str(authority): [str(site) for site in own] for authority, own in groups}
