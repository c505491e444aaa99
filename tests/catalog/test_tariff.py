"""What a new load pays for power: what is kept of a county's price, what stands in, and what comes on top."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from siting.data.build.places import tariff
from siting.data.build.places.capacity import capacity_charges
from siting.data.build.places.tariff import Shrinkage, shrinkage, tariffs
from siting.data.build.raw import read_input

LEVEL = read_input("deflator.csv").set_index("year")["cpi_u"]
OF_2022, OF_2023 = LEVEL[2024] / LEVEL[2022], LEVEL[2024] / LEVEL[2023]


@pytest.fixture
def means(monkeypatch: pytest.MonkeyPatch) -> None:
    """Means of two states of 2023, one of them with 2024: the other moved by +6 % and by -6 % in real terms."""
    rows = [
        ("IA", "2023", 70.0), ("MO", "2023", 80.0), ("PA", "2023", 78.0), ("TX", "2023", 66.0),
        ("IA", "2024", 70.0 * np.exp(0.06) * LEVEL[2024] / LEVEL[2023]),
        ("MO", "2024", 80.0 * np.exp(-0.06) * LEVEL[2024] / LEVEL[2023]),
        ("IA", "April 2024", 999.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["state", "period", "industrial_usd_per_mwh_nominal"])
    monkeypatch.setattr(tariff, "read_raw", lambda _: table)
    none = {"rise_usd_per_mwh": 0.0, "charge_usd_per_kw_month": np.nan}
    monkeypatch.setattr(tariff, "capacity_charges", lambda place: pd.DataFrame(none, index=place.index))


def counties(**industrial: list[float]) -> pd.DataFrame:
    """Counties by state with prices in cents; the commercial one is 10 cents and half of what the other differs by."""
    rows = [
        {"state_code": state, "grid_zone_id": "MISO", "industrial_price": price / 100, "commercial_price":
         (10 + (price - np.nanmean(values)) / 2) / 100}
        for state, values in industrial.items() for price in values
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_what_two_prices_share_is_kept() -> None:
    """Differences -2, 2 and -4, 4 in one price, -1, 1 and 2, -2 in the other; of four counties in two states two are
    free.

    The variance is (4 + 4 + 16 + 16) / 2 = 20 and the covariance (2 + 2 - 8 - 8) / 2 < 0: nothing is shared. With the
    second state turned round it is (2 + 2 + 8 + 8) / 2 = 10, half of the variance, and 10 x 1/2 is left. Taken over all
    counties, not within states, the levels 50 and 90 would make all of it signal.
    """
    state = pd.Series(["A", "A", "B", "B"])
    one = pd.Series([48.0, 52.0, 86.0, 94.0])
    assert shrinkage(one, pd.Series([99.0, 101.0, 152.0, 148.0]), state).kept_fraction == 0.0
    found = shrinkage(one, pd.Series([99.0, 101.0, 148.0, 152.0]), state)
    assert found == Shrinkage(pytest.approx(0.5), pytest.approx(10**0.5), pytest.approx(5**0.5))


def test_counties_without_a_second_price_say_nothing() -> None:
    state = pd.Series(["A", "A", "A"])
    one = pd.Series([48.0, 52.0, 500.0])
    assert shrinkage(one, pd.Series([99.0, 101.0, np.nan]), state).kept_fraction == pytest.approx(0.5)
    with pytest.raises(ValueError, match="no state has two counties"):
        shrinkage(one, pd.Series([99.0, np.nan, np.nan]), state)


@pytest.mark.usefixtures("means")
def test_a_county_keeps_half_of_its_difference_around_its_states_mean() -> None:
    """Covariance over variance is 1/2 as made. 7 and 9 cents lie 10 USD/MWh of 2022 off their mean: 5 x 1.0719 stay."""
    found = tariffs(counties(IA=[7.0, 9.0]))
    assert found["tariff_usd_per_mwh"].tolist() == pytest.approx(
        [70 * OF_2023 - 5 * OF_2022, 70 * OF_2023 + 5 * OF_2022]
    )
    assert found["rule"].eq("").all()


@pytest.mark.usefixtures("means")
def test_the_spread_is_what_is_left_of_the_counties_and_of_the_years() -> None:
    """Variance between 2 x 10 squared, half of it shared, a quarter left: 7.07 USD/MWh of 2022; years move by 6 x
    root 2 per cent. The 90th percentile of a normal lies 1.2816 of them off."""
    found = tariffs(counties(IA=[7.0, 9.0, np.nan]))
    of_year = 0.06 * 2**0.5 * 70 * OF_2023
    own, none = (1.2816 * np.hypot(part * OF_2022, of_year) for part in (50**0.5, 100**0.5))
    up = found["tariff_high_usd_per_mwh"] - found["tariff_usd_per_mwh"]
    down = found["tariff_usd_per_mwh"] - found["tariff_low_usd_per_mwh"]
    assert up.tolist() == pytest.approx([own, own, none], rel=1e-4)
    assert down.tolist() == pytest.approx(up.tolist())


@pytest.mark.usefixtures("means")
def test_a_missing_price_and_one_that_cannot_be_believed_take_the_states_mean() -> None:
    """Of a median of 8 cents, 5.6 and 14 bound what is believed; what is not moves no other county."""
    found = tariffs(counties(IA=[7.0, 9.0, 8.0, 5.5, 14.1, np.nan]))
    told = found["rule"].str.split(" ").str[0]
    assert told.tolist() == ["", "", "", "below", "below", "no"]
    assert found["tariff_usd_per_mwh"].iloc[2:].tolist() == pytest.approx([70 * OF_2023] * 4)


@pytest.mark.usefixtures("means")
def test_prices_for_delivery_alone_do_not_make_a_cheap_site() -> None:
    """Pennsylvania has retail choice: 4 cents is a price for wires. 8.2 cents lies 7.60 above its mean of 78, of which
    half is kept; Missouri has none, but a median of 6 cents beside a mean of 80 shows the same mixture."""
    found = tariffs(counties(IA=[7.0, 9.0], PA=[4.9, 7.2, 8.2], MO=[5.8, 6.0, 6.2]))
    mean = 78 * OF_2023
    assert found["tariff_usd_per_mwh"].iloc[2:5].tolist() == pytest.approx(
        [mean, mean, mean + (82 * OF_2022 - mean) / 2]
    )
    assert found["tariff_usd_per_mwh"].iloc[5:].tolist() == pytest.approx([80 * OF_2023] * 3)


@pytest.mark.usefixtures("means")
def test_a_state_without_a_mean_takes_its_counties_and_says_so() -> None:
    """Wyoming: the median of 6, 7 and 8 cents of 2022, and half of what each differs by."""
    found = tariffs(counties(WY=[6.0, 7.0, 8.0]))
    assert found["tariff_usd_per_mwh"].tolist() == pytest.approx([65 * OF_2022, 70 * OF_2022, 75 * OF_2022])
    assert found["rule"].str.startswith("no mean of the state is known").all()


def test_the_cheapest_of_a_state_is_not_cheap_by_its_error() -> None:
    """Forty states of thirty counties: what they would pay has a deviation of 6, prices an error of 8 USD/MWh.

    The cheapest by price of each state is promised some 20 USD/MWh below the mean and has 20 x 36/100 = 7; what is left
    after shrinking promises what it has. Root mean square errors are 8 and root (36 x 64/100) = 4.8.
    """
    draw = np.random.default_rng(0)
    state = pd.Series(np.repeat(np.arange(40), 30))
    true = pd.Series(draw.normal(0, 6, len(state)))
    price, second = (80 + true + draw.normal(0, 8, len(state)) for _ in range(2))
    kept = shrinkage(price, second, state).kept_fraction
    assert kept == pytest.approx(0.36, abs=0.05)
    differs, truly = (one - one.groupby(state).transform("mean") for one in (price, true))
    cheapest = differs.groupby(state).idxmin()
    promised, had = differs[cheapest].mean(), truly[cheapest].mean()
    assert promised < had - 10
    assert kept * promised == pytest.approx(had, abs=1.5)
    errors = [np.sqrt(((share * differs - truly) ** 2).mean()) for share in (1.0, kept)]
    assert errors == pytest.approx([8.0, 4.8], abs=0.4)


@pytest.mark.raw
def test_a_second_price_bears_out_what_is_kept_of_the_cheapest_counties() -> None:
    """Of the three cheapest counties of each state: how far below its mean they lie in the price that is shrunk, and
    how far in commercial prices, by which they were not picked. The first is a promise, the second what comes of it."""
    from siting.data.build.places.counties import counties as all_counties

    table = all_counties()
    table = table[~table["state_code"].isin(tariff.RETAIL_CHOICE)]
    own, second = (table[name].where(table[name] > 0) * 1000 for name in ("industrial_price", "commercial_price"))
    state = table["state_code"]
    median = own.groupby(state).transform("median")
    own = own.where(own.between(0.7 * median, 1.75 * median) & second.notna())
    differs, beside = (one - one.groupby(state).transform("mean") for one in (own, second.where(own.notna())))
    cheapest = differs.groupby(state).nsmallest(3).index.get_level_values(1)
    promised, borne_out = differs[cheapest].mean(), beside[cheapest].mean()
    kept = shrinkage(own, second, state).kept_fraction
    assert promised < 2 * borne_out < 0
    assert kept * promised == pytest.approx(borne_out, abs=2.0)


@pytest.mark.raw
def test_means_of_all_states_but_wyoming_are_known() -> None:
    """Wisconsin: 86.8 USD/MWh of 2023."""
    means, moved = tariff.state_means()
    assert means["WI"] == pytest.approx(86.8 * OF_2023)
    assert len(means) == 50
    assert "WY" not in means
    assert 0.02 < moved < 0.1


@pytest.mark.raw
def test_capacity_is_charged_at_the_newest_auction_to_those_who_buy_it() -> None:
    """PJM 2027/28: 333.44 USD a MW and day, in dollars of 2025, x 365/12/1000 a kW and month; a flat load pays a 24th
    of it an hour, less the 28.92 of 2024/25. MISO 2025/26: 217, less the mean of 30, 15, 0.75 and 34.1 in the seasons
    of 2024/25. Ohio buys in PJM, Illinois in both; Virginia's and Michigan's utilities have plants of their own."""
    place = pd.DataFrame(
        {"state_code": ["OH", "IL", "VA", "MI", "IL"], "grid_zone_id": ["PJM", "MISO", "PJM", "MISO", "PJM"]}
    )
    found = capacity_charges(place)
    of_2025 = LEVEL[2024] / LEVEL[2025]
    pjm, miso = 333.44 * of_2025, 217 * of_2025
    charge = found["charge_usd_per_kw_month"]
    assert charge[[0, 1, 4]].tolist() == pytest.approx([pjm * 365 / 12e3, miso * 365 / 12e3, pjm * 365 / 12e3])
    assert charge[[2, 3]].isna().all()
    before = (30 + 15 + 0.75 + 34.1) / 4
    risen = [(pjm - 28.92) / 24, (miso - before) / 24, 0, 0, (pjm - 28.92) / 24]
    assert found["rise_usd_per_mwh"].tolist() == pytest.approx(risen)
