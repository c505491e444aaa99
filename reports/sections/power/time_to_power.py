"""How long each built site waits for power, as somebody has said, or that nobody has."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Paragraph, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

_WAITS = ("wait_low_months", "wait_months", "wait_high_months")
_BUILDS = ("build_low_months", "build_months", "build_high_months")


def blocks(facts: Facts, words: Words) -> list[Block]:
    """Say what the waits rest on, and list them site by site; nothing if no site is built."""
    _ = words.gettext
    if facts.built.empty:
        return []
    trust = {"high": _("trust high"), "medium": _("trust medium"), "low": _("trust low, decides nothing")}
    stated = [{str(key): value for key, value in row.items()} for row in facts.built.to_dict("records")]
    frame = facts.built[["site_id", "name"]].assign(
        wait=[_wait(row, words) for row in stated],
        trust=[trust.get(str(row.get("wait_trust")), "") for row in stated],
        basis=[_text(row.get("wait_basis")) for row in stated],
        queue=[_text(row.get("power_queue")) for row in stated],
    )
    columns: list[str | TableColumn] = [
        "name", TableColumn("wait", _("Wait for power")), TableColumn("trust", _("How sure")),
        TableColumn("basis", _("Of what, by whom")), TableColumn("queue", _("Asked for there")),
    ]  # fmt: skip
    caption = _("Wait for power at the built sites, from the request on: what has been said in public.")
    return [Paragraph(_reading(facts, words)), table(words, "waits", caption, frame, columns)]


def _wait(row: dict[str, object], words: Words) -> str:
    """The wait of a site in words: a range, one figure, an end of a range, or unknown."""
    _ = words.gettext
    low, usual, high = (_number(row.get(column)) for column in _WAITS)
    if low is not None and high is not None and usual is not None:
        text = _("{usual} months, from {low} to {high}")
    elif low is not None and high is not None:
        text = _("{low} to {high} months")
    elif usual is not None:
        text = _("{usual} months")
    elif low is not None:
        text = _("{low} months or more")
    elif high is not None:
        text = _("up to {high} months")
    else:
        return _("unknown")
    shown = {"low": low, "usual": usual, "high": high}
    return text.format(**{name: words.significant(value) for name, value in shown.items() if value is not None})


def _reading(facts: Facts, words: Words) -> Said:
    """That the wait decides nothing, unless the plan takes dates, and how long building takes after it."""
    _ = words.gettext
    if facts.study.connection.dates != "none":
        return say(_("What has been said of waiting for power. Where nobody has said, it is unknown."))
    if not set(_BUILDS) <= set(facts.built) or facts.built[list(_BUILDS)].isna().any(axis=None):
        return say(
            _(
                "How long a site waits for power decides nothing in this plan. Where nobody has said, it is unknown: "
                "no mean of the country stands in."
            )
        )
    low, usual, high = (facts.of_built(column, "max") for column in _BUILDS)
    return say(
        _(
            "How long a site waits for power decides nothing in this plan. Where nobody has said, it is unknown: no "
            "mean of the country stands in. After the wait comes the building: {usual} months from clearing the land "
            "to first power at the middle one of the campuses watched from space, {low} to {high} at eight of ten of "
            "them."
        ),
        usual=words.significant(usual),
        low=words.significant(low),
        high=words.significant(high),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not pd.isna(value) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
