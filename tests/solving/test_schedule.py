"""What a cluster scheduler reads of a plan, and that a scheduler's own client takes what is made of it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import kubernetes
import numpy as np
import pyarrow.parquet
import pytest
from ruamel.yaml import YAML
from tiny import quick, tiny_case, with_year

from siting.case.case import Field
from siting.cli import app as cli
from siting.plan.plan import Plan
from siting.plan.tables.schedule import schedule
from siting.results.folder import frames, texts
from siting.results.kubernetes import QUEUES, manifests, yaml_text
from siting.results.signal import signal, signal_text

MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "queues"
DEAR = np.tile(np.repeat([20.0, 10.0], 12), 12)
"""Price of each hour: the first half of each day is the dear one."""


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Racks of 1 MW for 1 PFLOP/s; inference asks for 1 all day, batch work for half as much in the mean.

    Two racks stand, which could do the batch work at full speed in half of the hours: the cheap ones.
    """
    case = tiny_case(
        days_of_year=MONTH_DAYS, hours_count=24, price_usd_per_mwh=DEAR, rack_usd=1000.0, batch_mean_pflop=0.5,
        idle_fraction=0.25, accelerators_count=8, carbon_t_per_mwh=0.4, grid_cfe_fraction=0.3, pue=1.5,
    )  # fmt: skip
    return quick(with_year(case), replay=True)


def test_batch_and_spare_by_the_hour(plan: Plan) -> None:
    """A PFLOP/s more draws 1 - 0.25 = 0.75 MW of IT and is the work of 8 accelerators.

    Dear hours: 1 of 2 PFLOP/s is done, so 0.75 MW and 8 accelerators are spare, and none does batch work. Cheap
    hours: 12 h x 1 PFLOP/s is the day's batch work (24 h x 0.5), and nothing is spare. The grid's 0.4 t/MWh and 30 %
    are those of the meter, since there is no contract.
    """
    table = plan.tables["schedule"]
    assert len(table) == 288
    dear = (DEAR == 20.0)[table["hour"]]
    for column, in_dear, in_cheap in (
        ("spare_mw", 0.75, 0.0),
        ("batch_mw", 0.0, 0.75),
        ("spare_accelerators_count", 8.0, 0.0),
        ("batch_accelerators_count", 0.0, 8.0),
        ("price_usd_per_mwh", 20.0, 10.0),
    ):
        assert table[column].to_numpy() == pytest.approx(np.where(dear, in_dear, in_cheap), abs=1e-6), column
    assert table["carbon_kg_per_mwh"].to_numpy() == pytest.approx(400.0)
    assert table["clean_fraction"].to_numpy() == pytest.approx(0.3)
    assert table["forecast_basis"].unique().tolist() == [
        "replay of 2022: prices, carbon and load of that year, typical weather, all known beforehand; no forecast"
    ]


def test_connection_limits_what_is_spare(plan: Plan) -> None:
    """What is spare in a dear hour needs 0.75 MW x 1.5 at the meter; a battery that charges leaves half of it."""
    assert plan.replay is not None
    decisions = plan.replay.solution.decisions
    connection = decisions["connection_mw"].values
    drawn = Field(decisions["draw_mw"].axes, np.broadcast_to(connection[..., None] - 0.5625, (1, 1, 288)))
    charging = dataclasses.replace(plan.replay.solution, decisions={**decisions, "draw_mw": drawn})
    table = schedule(plan.replay.case, charging, plan.tables["replay_hourly"])
    dear = (DEAR == 20.0)[table["hour"]]
    assert table["spare_mw"].to_numpy() == pytest.approx(np.where(dear, 0.375, 0.0), abs=1e-6)
    assert table["spare_accelerators_count"].to_numpy() == pytest.approx(np.where(dear, 4.0, 0.0), abs=1e-6)


def test_schedule_and_signal_are_written_and_say_the_same(plan: Plan, tmp_path: Path) -> None:
    from siting.results.formats import write_parquet

    path = tmp_path / "schedule.parquet"
    write_parquet(frames(plan)["data/schedule.parquet"], path)
    read = pyarrow.parquet.read_table(path)
    assert read.schema.field("spare_mw").metadata == {b"unit": b"MW"}
    told = json.loads(texts(plan)["data/signal.json"])
    assert told["run_id"] == plan.provenance["run_id"]
    assert [(one["site_id"], one["period"]) for one in told["sites"]] == [("a", 2030)]
    for column in told["units"]:
        assert told["sites"][0][column] == pytest.approx(read[column].to_pylist(), abs=0.5)


def test_parts_of_accelerators_are_left_out(plan: Plan) -> None:
    """8 / 3 accelerators of batch work are two that may be used."""
    parts = dataclasses.replace(plan)
    parts.tables["schedule"]["batch_accelerators_count"] = 8 / 3
    assert set(signal(parts)["sites"][0]["batch_accelerators_count"]) == {2}


def made_signal() -> dict[str, Any]:
    """Quotas that say their hour: `batch` counts up from 0, `spare` down to 0; a figure is not known in one hour."""
    hours = list(range(8760))
    columns = {"batch_accelerators_count": hours, "spare_accelerators_count": [None, *hours[:0:-1]]}
    one = {"site_id": "Ellis_TX", "period": 2030, **columns}
    return {"study": "made", "run_id": "0123", "forecast_basis": "none", "sites": [one]}


@pytest.fixture
def objects() -> list[dict[str, Any]]:
    """Manifests as `kubectl` would read them from the file."""
    return list(YAML(typ="safe").load_all(yaml_text(manifests(made_signal(), "Ellis_TX", 2030))))


MODELS = {
    "Namespace": "V1Namespace",
    "ConfigMap": "V1ConfigMap",
    "ServiceAccount": "V1ServiceAccount",
    "ClusterRole": "V1ClusterRole",
    "ClusterRoleBinding": "V1ClusterRoleBinding",
    "CronJob": "V1CronJob",
}


def test_client_knows_every_field(objects: list[dict[str, Any]]) -> None:
    """Read into the client's own models and written again, nothing is lost: no field is misspelt or misplaced."""
    client = kubernetes.client.ApiClient()
    known = [one for one in objects if one["kind"] in MODELS]
    assert {one["kind"] for one in known} == set(MODELS)
    for one in known:
        model = client._ApiClient__deserialize(one, MODELS[one["kind"]])
        assert client.sanitize_for_serialization(model) == one


class Server(BaseHTTPRequestHandler):
    """Takes what is sent and sends it back, as an API server does."""

    taken: dict[str, Any] = {}  # noqa: RUF012 - one for each test, see `applied`

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.setdefault(self.path.partition("?")[0], []).append(json.loads(body))
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


def test_client_sends_every_object_where_it_belongs(objects: list[dict[str, Any]]) -> None:
    """The official client applies the whole file to a server; queues of Kueue go to their own group."""
    Server.taken = {}
    with HTTPServer(("127.0.0.1", 0), Server) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            where = kubernetes.client.Configuration(host=f"http://127.0.0.1:{server.server_port}")
            client = kubernetes.client.ApiClient(where)
            queues = kubernetes.client.CustomObjectsApi(client)
            for one in objects:
                group, _, version = one["apiVersion"].partition("/")
                if not group.startswith("kueue"):
                    kubernetes.utils.create_from_dict(client, one)
                elif one["kind"] == "LocalQueue":
                    queues.create_namespaced_custom_object(group, version, "siting", "localqueues", one)
                else:
                    queues.create_cluster_custom_object(group, version, one["kind"].lower() + "s", one)
        finally:
            server.shutdown()
            thread.join()
    kueue = "/apis/kueue.x-k8s.io/v1beta1"
    assert sum(map(len, Server.taken.values())) == len(objects)
    assert {one["metadata"]["name"] for one in Server.taken[f"{kueue}/clusterqueues"]} == {
        "siting-ellis-tx-batch",
        "siting-ellis-tx-spare",
    }
    of_queue = {one["metadata"]["name"]: one["spec"] for one in Server.taken[f"{kueue}/namespaces/siting/localqueues"]}
    assert of_queue["siting-ellis-tx-spare"] == {"clusterQueue": "siting-ellis-tx-spare"}
    assert list(Server.taken[f"{kueue}/resourceflavors"][0]["metadata"]) == ["name"]


@pytest.mark.parametrize(
    ("day", "hour", "year", "position"),
    [
        ("001", "00", "2030", 0),
        ("001", "09", "2030", 9),
        ("060", "08", "2030", 59 * 24 + 8),  # 1 March
        ("365", "23", "2030", 8759),
        ("059", "23", "2032", 58 * 24 + 23),  # 28 February of a leap year
        ("060", "23", "2032", 58 * 24 + 23),  # 29 February has the hours of the 28th
        ("061", "00", "2032", 59 * 24),  # 1 March
        ("366", "23", "2032", 8759),
    ],
)
def test_job_sets_the_quotas_of_the_hour(
    tmp_path: Path, objects: list[dict[str, Any]], day: str, hour: str, year: str, position: int
) -> None:
    """The job's own script, run by a shell with a clock and a `curl` of the test's."""
    (cron,) = (one for one in objects if one["kind"] == "CronJob")
    (config,) = (one for one in objects if one["kind"] == "ConfigMap")
    shell, flag, script = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    for queue, lines in config["data"].items():
        (tmp_path / queue).write_text(lines)
    script = script.replace("/quota/", f"{tmp_path}/").replace(
        "/var/run/secrets/kubernetes.io/serviceaccount", str(tmp_path)
    )
    (tmp_path / "token").write_text("secret")
    fakes = tmp_path / "bin"
    fakes.mkdir()
    (fakes / "date").write_text(f"#!/bin/sh\ncase $2 in +%j) echo {day};; +%H) echo {hour};; +%Y) echo {year};; esac\n")
    (fakes / "curl").write_text(f'#!/bin/sh\nfor word; do echo "$word"; done >> {tmp_path}/sent\n')
    for one in fakes.iterdir():
        one.chmod(0o755)
    subprocess.run([shell, flag, script], check=True, env={"PATH": f"{fakes}:{os.environ['PATH']}"})
    sent = (tmp_path / "sent").read_text().splitlines()
    patches = [json.loads(line) for line in sent if line.startswith("[")]
    made = made_signal()["sites"][0]
    assert [patch[0]["value"] for patch in patches] == [str(made[column][position] or 0) for column in QUEUES.values()]
    assert [line.rpartition("/")[2] for line in sent if line.startswith("https://")] == [
        "siting-ellis-tx-batch",
        "siting-ellis-tx-spare",
    ]


def test_what_is_set_is_the_quota_of_accelerators(objects: list[dict[str, Any]]) -> None:
    """The patch names it by position, and Kueue wants the resources in the order of those covered."""
    (cron,) = (one for one in objects if one["kind"] == "CronJob")
    script = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"][2]
    (path,) = (line.removeprefix("path=") for line in script.splitlines() if line.startswith("path="))
    for one in (one for one in objects if one["kind"] == "ClusterQueue"):
        (group,) = one["spec"]["resourceGroups"]
        assert [resource["name"] for resource in group["flavors"][0]["resources"]] == group["coveredResources"]
        *steps, last = path.split("/")[1:]
        found: Any = one
        for step in steps:
            found = found[int(step)] if isinstance(found, list) else found[step]
        assert (found["name"], last) == ("nvidia.com/gpu", "nominalQuota")


def test_example_is_what_is_made_of_its_own_quotas() -> None:
    """The file of the documentation is what the export writes today; its job waits in one of its queues."""
    text = (EXAMPLE / "ellis-tx.yaml").read_text("utf-8")
    (config,) = (one for one in YAML(typ="safe").load_all(text) if one["kind"] == "ConfigMap")
    told = config["metadata"]["annotations"]
    site = {"site_id": "ellis-tx", "period": int(told["siting/period"])}
    quotas = {column: [int(line) for line in config["data"][queue].split()] for queue, column in QUEUES.items()}
    assert {len(hours) for hours in quotas.values()} == {8760}
    about = {"study": told["siting/study"], "run_id": told["siting/run"]}
    content = {**about, "forecast_basis": told["siting/forecast-basis"], "sites": [{**site, **quotas}]}
    assert yaml_text(manifests(content, "ellis-tx", site["period"])) == text

    job = YAML(typ="safe").load((EXAMPLE / "fine-tuning-job.yaml").read_text("utf-8"))
    client = kubernetes.client.ApiClient()
    assert client.sanitize_for_serialization(client._ApiClient__deserialize(job, "V1Job")) == job
    assert f"name: {job['metadata']['labels']['kueue.x-k8s.io/queue-name']}\n" in text


def test_unknown_site_is_told() -> None:
    with pytest.raises(LookupError, match="no site 'b' in 2030"):
        manifests(made_signal(), "b", 2030)


def test_signal_has_one_line_a_list(plan: Plan) -> None:
    text = signal_text(signal(plan))
    assert json.loads(text) == signal(plan)
    assert max(text.count("\n"), 40) == 40


def test_export_wants_to_know_what(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.call(["export", "nowhere"]) == 2
    assert "--schedule, --kubernetes or both" in capsys.readouterr().err
