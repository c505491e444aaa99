"""What a study says of futures: probabilities, names, factors and ranges, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import siting
from siting.problems import InputError
from siting.study.futures_drawn import futures_of, mean_factors
from siting.study.loading import changed
from siting.study.study import Study


def asked(futures: dict[str, Any]) -> Study:
    """The small study with futures."""
    return changed(siting.load_study("us-small"), {("futures",): futures}, "test")


def cases(*rows: tuple[str, float, dict[str, Any]]) -> dict[str, Any]:
    """Futures as a list."""
    return {"cases": [{"id": name, "weight_fraction": weight, "factors": factors} for name, weight, factors in rows]}


def test_a_future_is_the_study_with_its_factors() -> None:
    """Ratios multiply what the study has, other factors stand in its place; a future speaks of no futures."""
    scaled = changed(asked({}), {("scales", "sites", "tariff_usd_per_mwh"): 2.0}, "test")
    study = changed(
        scaled, {("futures",): cases(("a", 1.0, {"power_price": 1.5, "carbon_price": 9, "demand": 2}))}, "t"
    )
    (one,) = futures_of(study)
    assert one.study.scales == {"sites": {"tariff_usd_per_mwh": 3.0}}
    assert one.study.policy.carbon_price_usd_per_t == 9
    assert [*one.study.demand.inference_mw.values(), *one.study.demand.batch_mw.values()] == [200, 120]
    assert not one.study.futures.are_stated


def test_the_mean_future() -> None:
    """Of numbers the mean, with the study's own value where a future says nothing: 0.5 x 51 + 0.3 x 100 + 0.2 x 0; of
    others the likeliest: none, by 0.5."""
    study = asked(
        cases(
            ("a", 0.5, {}),
            ("b", 0.3, {"carbon_price": 100, "energisation": "p50", "power_price": 1.4}),
            ("c", 0.2, {"carbon_price": 0, "energisation": "p90"}),
        )
    )
    factors = mean_factors(study, futures_of(study))
    assert factors == {
        "carbon_price": pytest.approx(55.5),
        "energisation": "none",
        "power_price": pytest.approx(0.5 + 0.3 * 1.4 + 0.2),
    }


def test_a_latin_hypercube() -> None:
    """Of 50 draws one lies in each fiftieth of the triangle on 1, 2, 4; their mean is (1 + 2 + 4) / 3; the same again."""
    ranges = {"count": 50, "seed": 3, "factors": {"power_price": [1, 2, 4]}, "choices": {"energisation": {"p10": 1.0}}}
    drawn = futures_of(asked({"ranges": ranges}))
    values = np.sort([one.factors["power_price"] for one in drawn])
    parts = np.where(values < 2, (values - 1) ** 2 / 3, 1 - (4 - values) ** 2 / 6)
    assert np.floor(parts * 50).tolist() == list(range(50))
    assert values.mean() == pytest.approx(7 / 3, abs=0.02)
    assert {one.factors["energisation"] for one in drawn} == {"p10"}
    assert [one.factors for one in futures_of(asked({"ranges": ranges}))] == [one.factors for one in drawn]


@pytest.mark.parametrize(
    ("futures", "told"),
    [
        (cases(("a", 0.5, {}), ("b", 0.4, {})), "should sum to 1 (got 0.9)"),
        (cases(("a", 1.0, {"carbonprice": 3})), "did you mean 'carbon_price'"),
        (cases(("a", 1.0, {"policy.carbon_price_usd": 3})), "did you mean 'policy.carbon_price_usd_per_t'"),
        (cases(("a", 1.0, {"demand": 0})), "should be a ratio above 0"),
        (cases(("a", 0.5, {}), ("a", 0.5, {})), "stands twice"),
        (cases(("a", 1.0, {"horizon.base_year": 2025})), "is the same in all futures"),
        (cases(("a", 1.0, {"carbon_price": 3, "policy.carbon_price_usd_per_t": 4})), "is the same as"),
        ({"ranges": {"factors": {"demand": [1, 0.5, 2]}}}, "lowest, most likely, highest"),
        ({"ranges": {"choices": {"energisation": {"p10": 0.5}}}}, "should sum to 1 (got 0.5)"),
        ({"ranges": {}}, "no factor has a range"),
        ({**cases(("a", 1.0, {})), "ranges": {"factors": {"demand": [1, 1, 2]}}}, "state one of the two"),
    ],
)
def test_what_is_wrong_is_told(futures: dict[str, Any], told: str) -> None:
    """Each mistake by itself, with what to do."""
    with pytest.raises(InputError, match="futures") as error:
        asked(futures)
    assert told in str(error.value)


def test_a_future_without_demand() -> None:
    """What is asked in a future is asked of it like of any study."""
    nothing = {f"demand.{kind}_mw": {2030: 0.0} for kind in ("inference", "batch", "training")}
    with pytest.raises(InputError, match=r"futures\.cases\.0: in future a: demand: nothing is demanded"):
        futures_of(asked(cases(("a", 1.0, nothing))))
    with pytest.raises(InputError, match="speaks of no futures"):
        futures_of(asked({}))
