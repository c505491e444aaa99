"""Queues of a Kubernetes cluster that follow a plan: manifests for Kueue, made from the signal of one site.

Two queues are made. ``batch`` may use as many accelerators as the plan gives to batch work in the hour, ``spare`` as
many as stand idle in it. A job inside the cluster sets both quotas at the start of each hour.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["QUEUES", "manifests", "yaml_text"]

QUEUES = {"batch": "batch_accelerators_count", "spare": "spare_accelerators_count"}
"""Queue to the column of the signal that it follows."""

KUEUE = "kueue.x-k8s.io/v1beta1"
NAMESPACE = "siting"
IMAGE = "curlimages/curl:8.10.1"
NO_LIMIT = {"cpu": "1M", "memory": "1Pi"}
"""Resources that a queue has to cover, and that accelerators run out of long before."""

_SCRIPT = """\
set -eu
day=$(date -u +%j); day=${day#0}; day=${day#0}
hour=$(date -u +%H); hour=${hour#0}
year=$(date -u +%Y)
# the schedule knows no leap day: 29 February takes the hours of the 28th, and later days keep their own
if [ $((year % 4)) -eq 0 ] && [ "$day" -gt 59 ]; then day=$((day - 1)); fi
line=$(((day - 1) * 24 + hour + 1))
path=/spec/resourceGroups/0/flavors/0/resources/0/nominalQuota
account=/var/run/secrets/kubernetes.io/serviceaccount
for queue in QUEUES; do
  quota=$(sed -n "${line}p" "/quota/$queue")
  curl --silent --show-error --fail --cacert $account/ca.crt \\
    --header "Authorization: Bearer $(cat $account/token)" \\
    --header "Content-Type: application/json-patch+json" --request PATCH \\
    --data "[{\\"op\\": \\"replace\\", \\"path\\": \\"$path\\", \\"value\\": \\"$quota\\"}]" \\
    "https://kubernetes.default.svc/apis/kueue.x-k8s.io/v1beta1/clusterqueues/NAME-$queue"
done
"""


def manifests(
    signal: Mapping[str, Any], site_id: str, period: float, resource: str = "nvidia.com/gpu"
) -> list[dict[str, Any]]:
    """Return what is to be applied to the cluster at a site.

    Parameters
    ----------
    signal : mapping
        As `siting.results.signal.signal` returns it, or read from ``data/signal.json``.
    site_id : str
        A site of it.
    period : float
        A period of it.
    resource : str
        What the cluster calls an accelerator.

    Raises
    ------
    LookupError
        If the signal has no such site and period.
    """
    found = next((one for one in signal["sites"] if (one["site_id"], one["period"]) == (site_id, period)), None)
    if found is None:
        raise LookupError(f"the signal has no site {site_id!r} in {period}")
    return list(_objects(signal, found, resource))


def yaml_text(objects: Sequence[Mapping[str, Any]]) -> str:
    """Return objects as one YAML file that `kubectl apply` takes."""
    import io

    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import walk_tree

    writer = YAML(typ="rt")
    writer.default_flow_style = False
    writer.width = 1000
    stream = io.StringIO()
    kept = [dict(one) for one in objects]
    for one in kept:
        walk_tree(one)
    writer.dump_all(kept, stream)
    return stream.getvalue()


def _objects(signal: Mapping[str, Any], site: Mapping[str, Any], resource: str) -> Iterator[dict[str, Any]]:
    name = "siting-" + re.sub(r"[^a-z0-9-]", "-", str(site["site_id"]).lower())
    here = {"name": name, "namespace": NAMESPACE}
    told = {
        "siting/study": signal["study"],
        "siting/run": signal["run_id"],
        "siting/period": str(site["period"]),
        "siting/forecast-basis": signal["forecast_basis"],
    }
    quotas = {queue: site[column] for queue, column in QUEUES.items()}
    lines = {queue: "".join(f"{value or 0}\n" for value in values) for queue, values in quotas.items()}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {**here, "annotations": told}, "data": lines}
    yield {"apiVersion": KUEUE, "kind": "ResourceFlavor", "metadata": {"name": name}}
    for queue, values in quotas.items():
        yield _cluster_queue(f"{name}-{queue}", name, resource, values[0] or 0)
        yield {
            "apiVersion": KUEUE,
            "kind": "LocalQueue",
            "metadata": {**here, "name": f"{name}-{queue}"},
            "spec": {"clusterQueue": f"{name}-{queue}"},
        }
    yield from _rights(name, here)
    yield _hourly_job(name, here)


def _cluster_queue(name: str, flavor: str, resource: str, quota: int) -> dict[str, Any]:
    """A queue; the first resource of its flavor is the one whose quota is set by the hour."""
    resources = {resource: str(quota), **NO_LIMIT}
    return {
        "apiVersion": KUEUE,
        "kind": "ClusterQueue",
        "metadata": {"name": name},
        "spec": {
            "namespaceSelector": {},
            "queueingStrategy": "BestEffortFIFO",
            "resourceGroups": [
                {
                    "coveredResources": list(resources),
                    "flavors": [
                        {
                            "name": flavor,
                            "resources": [{"name": one, "nominalQuota": most} for one, most in resources.items()],
                        }
                    ],
                }
            ],
        },
    }


def _rights(name: str, here: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """An account that may change the two queues and nothing else."""
    group = "rbac.authorization.k8s.io"
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": dict(here)}
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name},
        "rules": [
            {
                "apiGroups": [KUEUE.partition("/")[0]],
                "resources": ["clusterqueues"],
                "resourceNames": [f"{name}-{queue}" for queue in QUEUES],
                "verbs": ["get", "patch"],
            }
        ],
    }
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": name},
        "subjects": [{"kind": "ServiceAccount", **here}],
    }


def _hourly_job(name: str, here: Mapping[str, str]) -> dict[str, Any]:
    """What sets the quotas at the start of each hour."""
    script = _SCRIPT.replace("QUEUES", " ".join(QUEUES)).replace("NAME", name)
    container = {
        "name": "quota",
        "image": IMAGE,
        "command": ["/bin/sh", "-c", script],
        "volumeMounts": [{"name": "quota", "mountPath": "/quota"}],
    }
    pod = {
        "restartPolicy": "OnFailure",
        "serviceAccountName": name,
        "containers": [container],
        "volumes": [{"name": "quota", "configMap": {"name": name}}],
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": dict(here),
        "spec": {
            "schedule": "0 * * * *",
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Replace",
            "jobTemplate": {"spec": {"template": {"spec": pod}}},
        },
    }
