"""One wrong study a mistake, and the whole text that the user reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from siting import InputError, __version__, load_study, prepare
from siting.study.checks import CHECKS, Severity
from siting.study.loading import warnings_of

READS = f"this is siting {__version__}, which reads studies of form 1; a later version reads it: update siting"

BASE = """\
schema_version: 1
name: test
sites: [ellis-tx, polk-ia]
zones: all
horizon:
  base_year: 2026
  periods:
    - {year: 2030, length_yr: 15}
demand:
  reference_rack: hgx-h100-air
  inference_mw: {2030: 120}
  batch_mw: {2030: 80}
  latency_limit_ms: 40
facility: {module_mw: 20}
policy: {excluded_sites: []}
time: {typical_days_count: 4}
"""

FIELDS = [
    # a line of BASE, what replaces it, what the user reads
    ("  latency_limit_ms: 40", "  latncy_limit_ms: 40", "13: demand.latncy_limit_ms: no such field; did you mean 'latency_limit_ms'?"),
    ("policy: {excluded_sites: []}", "polcy: {}", "15: polcy: no such field; did you mean 'policy'?"),
    ("policy: {excluded_sites: []}", "zzz: 1", "15: zzz: no such field"),
    ("  base_year: 2026\n", "", "5: horizon.base_year: missing; Year to which all money is discounted"),
    ("name: test\n", "", "1: name: missing; Short name of the study; results go to a folder of this name"),
    ("name: test", "name: My Study", "2: name: input should be lower-case letters, digits and dashes (got 'My Study')"),
    ("name: test", "name: ../../etc", "2: name: input should be lower-case letters, digits and dashes (got '../../etc')"),
    ("name: test", "name:", "2: name: input should be text (got nothing)"),
    ("name: test", "name: 2030-01-01x", None),
    ("schema_version: 1", "schema_version: 2", f"1: schema_version: this study has form 2, and {READS}"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: .nan}", "11: demand.inference_mw.2030: input should be a finite number (got nan)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: .inf}", "11: demand.inference_mw.2030: input should be a finite number (got inf)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: -.inf}", "11: demand.inference_mw.2030: input should be a finite number (got -inf)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: 1e400}", "11: demand.inference_mw.2030: input should be a finite number (got inf)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: -5}", "11: demand.inference_mw.2030: input should be at least 0 (got -5)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: '120'}", "11: demand.inference_mw.2030: input should be a number (got '120')"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: true}", "11: demand.inference_mw.2030: input should be a number (got true)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: 120 MW}", "11: demand.inference_mw.2030: input should be a number (got '120 MW')"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: 1e9}", "11: demand.inference_mw.2030: input should be at most 1e+06 (got 1000000000.0); is it in kW? 1e+06 MW"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030: }", "11: demand.inference_mw.2030: input should be a number (got nothing)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: [2030, 120]", "11: demand.inference_mw: input should be a mapping (got a list)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: 120", "11: demand.inference_mw: input should be a mapping (got 120)"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {2030-06-01: 120}", "11: demand.inference_mw.2030-06-01: input should be a number (got '2030-06-01')"),
    ("  inference_mw: {2030: 120}", "  inference_mw: {30: 120}", "11: demand.inference_mw.30: input should be at least 2000 (got 30)"),
    ("  latency_limit_ms: 40", "  latency_limit_ms: 0", "13: demand.latency_limit_ms: input should be greater than 0 (got 0)"),
    ("  latency_limit_ms: 40", "  latency_limit_ms: [40]", "13: demand.latency_limit_ms: input should be a number (got a list)"),
    ("  latency_limit_ms: 40", "  latency_limit_ms: {a: 1}", "13: demand.latency_limit_ms: input should be a number (got a mapping)"),
    ("  latency_limit_ms: 40", "  latency_limit_ms: 40\n  latency_limit_ms: 50", "14: demand.latency_limit_ms: the field stands twice, first in line 13"),
    ("    - {year: 2030, length_yr: 15}", "    - {year: 2030, length_yr: 15.25}", "8: horizon.periods.0.length_yr: input should be in steps of half a year (got 15.25)"),
    ("    - {year: 2030, length_yr: 15}", "    - {year: 2030, length_yr: 15, size: 3}", "8: horizon.periods.0.size: no such field"),
    ("    - {year: 2030, length_yr: 15}", "    - {year: 2030, lenght_yr: 15}", "8: horizon.periods.0.length_yr: missing; Length of the period; in the first five years also half-years, such as 0.5 [yr]\n8: horizon.periods.0.lenght_yr: no such field; did you mean 'length_yr'?"),
    ("    - {year: 2030, length_yr: 15}", "    - 2030", "8: horizon.periods.0: input should be a mapping (got 2030)"),
    ("    - {year: 2030, length_yr: 15}", "    []", "7: horizon.periods: the list is empty; input should be a list with something in it"),
    ("zones: all", "zones: al", "4: zones: input should be 'all' or a list of ids (got 'al')"),
    ("zones: all", "zones: 7", "4: zones: input should be a list (got 7)"),
    ("zones: all", "zones: []", "4: zones: the list is empty; input should be 'all' or a list with something in it"),
    ("zones: all", "zones: [a, b, a]", "4: zones: 'a' stands twice in the list"),
    ("zones: all", "zones:\n  - a\n  - B", "6: zones.1: input should be lower-case letters, digits and dashes (got 'B')"),
    ("zones: all", "zones: [NO]", "4: zones.0: input should be lower-case letters, digits and dashes (got 'NO')"),
    ("facility: {module_mw: 20}", "facility: [20]", "14: facility: input should be a mapping (got a list)"),
    ("facility: {module_mw: 20}", "facility:", "14: facility: input should be a mapping (got nothing)"),
    ("facility: {module_mw: 20}", "facility: {peak_diversity_fraction: 90}", "14: facility.peak_diversity_fraction: input should be at most 1 (got 90); is it in per cent? 0.9"),
    ("facility: {module_mw: 20}", "facility: &a {module_mw: 20}\nfinance: *a", "15: finance: aliases are not supported; write the value out\n15: finance: input should be a mapping (got nothing)"),
    ("facility: {module_mw: 20}", "facility: !!python/object:os.system {}", "14: facility: the tag tag:yaml.org,2002:python/object:os.system is not supported\n14: facility: input should be a mapping (got nothing)"),
    ("facility: {module_mw: 20}", "facility: {? [a] : 20}", "14: facility: a field's name should be a word or a whole number"),
    ("policy: {excluded_sites: []}", "policy: {carbon_method: locaton}", "15: policy.carbon_method: input should be 'location', 'market' or 'hourly' (got 'locaton'); did you mean 'location'?"),
    ("policy: {excluded_sites: []}", "policy: {sites_min_count: 1.0}", "15: policy.sites_min_count: input should be a whole number (got 1.0)"),
    ("policy: {excluded_sites: []}", "policy: {grid_zone_limit_mw: {erco: 5}}", "15: policy.grid_zone_limit_mw.erco: input should be capital letters, digits and dashes (got 'erco')"),
    ("policy: {excluded_sites: []}", "technology: {storage: 1}", "15: technology.storage: input should be true or false (got 1)"),
    ("policy: {excluded_sites: []}", "technology: {storage: yes}", "15: technology.storage: input should be true or false (got 'yes')"),
    ("policy: {excluded_sites: []}", "technology: {cooling: []}", "15: technology.cooling: the list is empty; input should be 'all' or a list with something in it"),
    ("policy: {excluded_sites: []}", "money_year: 2020", "15: money_year: input should be 2024 (got 2020)"),
    ("time: {typical_days_count: 4}", "time: {typical_days_count: 0}", "16: time.typical_days_count: input should be at least 1 (got 0)"),
    ("time: {typical_days_count: 4}", "time: {typical_days_count: 366}", "16: time.typical_days_count: input should be at most 365 (got 366)"),
    ("time: {typical_days_count: 4}", "time: {typical_days_count: 364}", "16: time.typical_days_count: with 3 extreme days it should be at most 362 (got 364)"),
    ("time: {typical_days_count: 4}", "time: {extreme_days: [hottest]}", "16: time.extreme_days.0: input should be 'hottest_wet_bulb', 'lowest_wind_and_sun' or 'dearest_power' (got 'hottest'); did you mean 'hottest_wet_bulb'?"),
    ("time: {typical_days_count: 4}", "tables: [a]", "16: tables: input should be a mapping (got a list)"),
    ("time: {typical_days_count: 4}", "tables: {sites: 5}", "16: tables.sites: input should be the path of a file, or a mapping of replace, append or change (got 5)"),
    ("time: {typical_days_count: 4}", "extends: nosuch.yaml", "16: extends: 'nosuch.yaml' cannot be read: no such file"),
    ("time: {typical_days_count: 4}", "extends: us-smal", "16: extends: 'us-smal' cannot be read: no such file; did you mean 'us-small'?"),
    ("time: {typical_days_count: 4}", "extends: [us-small]", "16: extends: input should be text (got a list)"),
]  # fmt: skip

NO_DEMAND_IN_2040 = """\
12: demand.inference_mw: the period 2040 has no value; write '2040: 0' if there is none
13: demand.batch_mw: the period 2040 has no value; write '2040: 0' if there is none"""

CROSS_CHECKS = {
    # name of the check: a line of BASE, what replaces it, what the user reads
    "power_is_asked_for_in_time": (
        "time: {typical_days_count: 4}",
        "connection: {request_year: 2025}",
        "16: connection.request_year: power is asked for in 2025, before the base year 2026; "
        "state the dates in a table energisation of your own",
    ),
    "something_can_be_given_up": (
        "  batch_mw: {2030: 80}\n  latency_limit_ms: 40\n",
        "  batch_mw: {2030: 0}\ntechnology: {storage: false}\nconnection: {flexible_fraction: 0.1}\n",
        "14: connection.flexible_fraction: all load is fixed, so that nothing can be given up: no batch work, no "
        "clusters that may pause, no batteries and no plants on site; ask for batch work, or offer technology.storage or technology.bridge",
    ),
    "one_module_fits_on_an_edge_site": (
        "time: {typical_days_count: 4}",
        "edge: {offered: true, max_mw: 5, module_mw: 20}",
        "16: edge.module_mw: input should be at most max_mw, 5 (got 20)",
    ),
    "own_rules_are_files": (
        "time: {typical_days_count: 4}",
        "components: [none.py]",
        "16: components.0: there is no file 'none.py'; paths are seen from the study",
    ),
    "periods_follow_each_other": (
        "    - {year: 2030, length_yr: 15}",
        "    - {year: 2030, length_yr: 15}\n    - {year: 2040, length_yr: 5}",
        "9: horizon.periods.1.year: the period of 2040 starts before the one of 2030 ends, in 2045\n"
        + NO_DEMAND_IN_2040,
    ),
    "half_years_come_early": (
        "    - {year: 2030, length_yr: 15}",
        "    - {year: 2030, length_yr: 15.5}",
        "8: horizon.periods.0.length_yr: the period of 2030 ends in the middle of a year, in 2045.5, more than 5 years "
        "after the base year 2026; after 2031 periods begin and end with a year",
    ),
    "periods_leave_no_gap": (
        "    - {year: 2030, length_yr: 15}",
        "    - {year: 2030, length_yr: 5}\n    - {year: 2040, length_yr: 5}",
        "9: horizon.periods.1.year: no period covers the years from 2035 to 2039; "
        "give the period of 2030 a length_yr of 10\n" + NO_DEMAND_IN_2040,
    ),
    "periods_start_after_base_year": (
        "  base_year: 2026",
        "  base_year: 2031",
        "6: horizon.base_year: the base year 2031 lies after the first period, 2030",
    ),
    "demand_names_every_period": (
        "  batch_mw: {2030: 80}",
        "  batch_mw: {2031: 80}",
        "12: demand.batch_mw: the period 2030 has no value; write '2030: 0' if there is none\n"
        "12: demand.batch_mw.2031: no period starts in 2031; the periods are: 2030",
    ),
    "each_class_is_asked_in_one_unit": (
        "  batch_mw: {2030: 80}",
        "  batch_pflop: {2030: 80}\n  batch_gpu_h_per_yr: {2030: 80}",
        "13: demand.batch_gpu_h_per_yr: batch is asked for in batch_pflop already; state one of the two",
    ),
    "tokens_have_a_throughput": (
        "  batch_mw: {2030: 80}",
        "  batch_tokens_per_s: {2030: 80}",
        "12: demand.batch_tokens_per_s: nothing says how many tokens a second a PFLOP/s makes; state "
        "demand.throughput_tokens_per_s_per_pflop",
    ),
    "something_is_demanded": (
        "  inference_mw: {2030: 120}\n  batch_mw: {2030: 80}",
        "  inference_mw: {2030: 0}\n  batch_mw: {2030: 0}",
        "9: demand: nothing is demanded in any period",
    ),
    "series_are_of_the_data_year": (
        "time: {typical_days_count: 4}",
        "time: {data_year: 2020}",
        "16: time.data_year: the catalogue's hourly series are of 2021, 2022, 2023 and 2024 (got 2020); "
        "bring your own under tables.series_grid",
    ),
    "wind_and_sun_are_of_the_data_year": (
        "time: {typical_days_count: 4}",
        "time: {data_year: 2023}",
        "16: time.data_year: the catalogue has hours of wind and sun of all its zones in 2022 alone (got 2023); "
        "offer no contracts (technology: {contracts: []}), or bring your own hours under tables.series_grid",
    ),
    "second_year_is_known": (
        "time: {typical_days_count: 4}",
        "time: {second_year: 2019}",
        "16: time.second_year: the catalogue's hourly series are of 2021 to 2024 (got 2019); "
        "use one of these, auto or none",
    ),
    "days_fit_in_a_year": (
        "time: {typical_days_count: 4}",
        "time: {typical_days_count: 363}",
        "16: time.typical_days_count: with 3 extreme days it should be at most 362 (got 363)",
    ),
    "smallest_site_is_no_larger_than_the_largest": (
        "facility: {module_mw: 20}",
        "facility: {site_min_mw: 600}",
        "14: facility.site_min_mw: input should be at most site_max_mw, 500 (got 600)",
    ),
    "one_module_fits_on_a_site": (
        "facility: {module_mw: 20}",
        "facility: {module_mw: 600}",
        "14: facility.module_mw: input should be at most site_max_mw, 500 (got 600)",
    ),
    "fewest_sites_are_no_more_than_the_most": (
        "policy: {excluded_sites: []}",
        "policy: {sites_min_count: 2, sites_max_count: 1}",
        "15: policy.sites_min_count: input should be at most sites_max_count, 1 (got 2)",
    ),
    "enough_sites_are_left": (
        "policy: {excluded_sites: []}",
        "policy: {excluded_sites: [ellis-tx, polk-ia]}",
        "15: policy.excluded_sites: 0 of the 2 sites may be opened, 1 must be",
    ),
    "replacing_tables_exist": (
        "time: {typical_days_count: 4}",
        "tables: {sites: my-sites.csv}",
        "16: tables.sites: there is no file 'my-sites.csv'; paths are seen from the study",
    ),
}

WARNINGS = {
    "own_rules_are_read_before_they_run": (
        "time: {typical_days_count: 4}",
        "components: [study.yaml]",
        "16: components: the study brings code of its own: study.yaml; read it before you say --trust-code",
    ),
    "excluded_sites_are_candidates": (
        "policy: {excluded_sites: []}",
        "policy: {excluded_sites: [polk-io]}",
        "15: policy.excluded_sites.0: 'polk-io' is not among the study's sites, so excluding it has no effect; "
        "did you mean 'polk-ia'?",
    ),
}


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def problems_of(text: str | bytes, file: str = "study.yaml") -> list[str]:
    """Lines that a user reads about a study."""
    Path(file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        load_study(file)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return str(caught.value).splitlines()


def in_file(lines: str) -> list[str]:
    """Expected lines, with the name of the file before each."""
    return sorted(f"study.yaml:{line}" for line in lines.splitlines())


def replaced(line: str, by: str) -> str:
    """BASE with one line replaced."""
    assert BASE.count(line) == 1
    return BASE.replace(line, by)


def test_base_is_right() -> None:
    Path("study.yaml").write_text(BASE)
    assert warnings_of(load_study("study.yaml")) == ()


@pytest.mark.parametrize(("line", "by", "expected"), FIELDS, ids=[by.strip()[:60] for _, by, _ in FIELDS])
def test_field(line: str, by: str, expected: str | None) -> None:
    if expected is None:
        Path("study.yaml").write_text(replaced(line, by))
        assert load_study("study.yaml").name == "2030-01-01x"
    else:
        assert sorted(problems_of(replaced(line, by))) == in_file(expected)


@pytest.mark.parametrize("name", sorted(CROSS_CHECKS))
def test_cross_check(name: str) -> None:
    line, by, expected = CROSS_CHECKS[name]
    assert sorted(problems_of(replaced(line, by))) == in_file(expected)


@pytest.mark.parametrize("name", sorted(WARNINGS))
def test_warning(name: str) -> None:
    line, by, expected = WARNINGS[name]
    Path("study.yaml").write_text(replaced(line, by))
    assert [str(problem) for problem in warnings_of(load_study("study.yaml"))] == in_file(expected)


def test_every_check_is_triggered() -> None:
    assert {check.name for check in CHECKS if check.severity is Severity.ERROR} == set(CROSS_CHECKS)
    assert {check.name for check in CHECKS if check.severity is Severity.WARNING} == set(WARNINGS)


def test_all_problems_at_once_sorted_by_line() -> None:
    text = replaced("  latency_limit_ms: 40", "  latency_limit_ms: -1").replace(
        "schema_version: 1", "schema_version: 3"
    )
    text = text.replace("facility: {module_mw: 20}", "facility: {module_mw: 600}").replace("zones: all", "zones: ball")
    assert problems_of(text) == [
        f"study.yaml:1: schema_version: this study has form 3, and {READS}",
        "study.yaml:4: zones: input should be 'all' or a list of ids (got 'ball')",
        "study.yaml:13: demand.latency_limit_ms: input should be greater than 0 (got -1)",
        "study.yaml:14: facility.module_mw: input should be at most site_max_mw, 500 (got 600)",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "study.yaml: the file is empty"),
        (b"# nothing but a comment\n", "study.yaml: the file is empty"),
        (b"just words\n", "study.yaml:1: input should be a mapping (got 'just words')"),
        (b"- a\n- b\n", "study.yaml:1: input should be a mapping (got a list)"),
        (b"42\n", "study.yaml:1: input should be a mapping (got 42)"),
        (b"a: [1, 2\nb: 3\n", "study.yaml:2: this is not YAML: expected ',' or ']', but got ':'"),
        (
            b"a: 1\n\tb: 2\n",
            r"study.yaml:2: this is not YAML: found character '\t' that cannot start any token; "
            "indent with spaces, not with tabs",
        ),
        (b"a: 1\n---\nb: 2\n", "study.yaml:2: this is not YAML: but found another document"),
        (b"a: 1\nb: \xff\xfe\n", "study.yaml:2: this is not text in UTF-8"),
        (b"a: 1\nb: \x00\n", "study.yaml:2: this is not text: it holds a control character"),
        (b"[" * 100_000, "study.yaml: this is not YAML: it is nested too deeply"),
    ],
    ids=["empty", "comment", "text", "list", "number", "syntax", "tab", "documents", "utf-8", "control", "depth"],
)
def test_file_that_is_no_study(text: bytes, expected: str) -> None:
    assert problems_of(text) == [expected]


def test_huge_whole_number_is_refused() -> None:
    lines = problems_of(replaced("  latency_limit_ms: 40", "  latency_limit_ms: " + "9" * 6000))
    assert len(lines) >= 1
    assert all(line.startswith("study.yaml:13: demand.latency_limit_ms: ") and len(line) < 200 for line in lines)


def test_missing_file() -> None:
    with pytest.raises(InputError) as caught:
        load_study("nowhere.yaml")
    assert str(caught.value) == "nowhere.yaml: no such file"


def test_folder(tmp_path: Path) -> None:
    Path("folder.yaml").mkdir()
    with pytest.raises(InputError) as caught:
        load_study("folder.yaml")
    assert str(caught.value) == "folder.yaml: this is a folder, not a file"


def test_unknown_name() -> None:
    with pytest.raises(InputError) as caught:
        load_study("us-smal")
    message = "us-smal: no such file, and no built-in study of this name; did you mean 'us-small'?"
    assert str(caught.value) == message


def test_byte_order_mark_is_accepted() -> None:
    Path("study.yaml").write_bytes(b"\xef\xbb\xbf" + BASE.encode())
    assert load_study("study.yaml").name == "test"


def test_own_table_that_replaces_none() -> None:
    """It is told when the rows are chosen, by whom the tables are known."""
    Path("study.yaml").write_text(replaced("time: {typical_days_count: 4}", "tables: {site: study.yaml}"))
    with pytest.raises(InputError) as caught:
        prepare(load_study("study.yaml"))
    assert str(caught.value).splitlines() == in_file(
        "13: demand.latency_limit_ms: no site reaches zone 'portland-or' within 40 ms (nearest: 40.1 ms); "
        "raise the limit, add a site, or leave the zone out\n"
        "13: demand.latency_limit_ms: no site reaches zone 'san-francisco' within 40 ms (nearest: 40.7 ms); "
        "raise the limit, add a site, or leave the zone out\n"
        "16: tables.site: no such table in the catalogue; did you mean 'sites'?"
    )


def test_priced_rack_that_nobody_knows() -> None:
    Path("study.yaml").write_text(replaced("time: {typical_days_count: 4}", "finance: {priced_rack: gb200-nvl27}"))
    with pytest.raises(InputError) as caught:
        prepare(load_study("study.yaml"))
    (told,) = in_file("16: finance.priced_rack: 'gb200-nvl27' is not in the table racks; did you mean 'gb200-nvl72'?")
    assert told in str(caught.value).splitlines()


def test_what_another_study_states_is_to_be_stated_in_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is that of the built-in study, which a user can neither find nor should change."""
    monkeypatch.chdir(tmp_path)
    periods = "[{year: 2030, length_yr: 5}, {year: 2035, length_yr: 5}]"
    text = f"extends: us-small\nname: later\nhorizon: {{base_year: 2026, periods: {periods}}}\n"
    Path("later.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_study("later.yaml")
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith("us-small.yaml:")
        assert line.endswith("write '2035: 0' if there is none; state it in later.yaml, which extends this")
