"""Classes of large load at the built sites: what a utility asks of whoever contracts so much."""

from __future__ import annotations

import pandas as pd

from siting.reports.document import Block, Paragraph, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words


def blocks(facts: Facts, words: Words) -> list[Block]:
    """Say at which of the built sites a class is known to hold, and list the classes; nothing if no site is built."""
    _ = words.gettext
    if facts.built.empty:
        return []
    frame = _classes(facts, words)
    found: list[Block] = [Paragraph(_known(facts, frame, words))]
    if len(frame):
        caption = _(
            "Classes of large load that the built sites may fall into: facts, of which no cost comes here. The "
            "counties are those in which the utility had lines in 2014 (Form EIA-861). Where only the state is known, "
            "or others serve in the county too, the class may not hold."
        )
        columns: list[str | TableColumn] = [
            "name", TableColumn("class", _("Class")), TableColumn("holds", _("Holds where")), "connection_mw",
            words.column("min_size_mw", _("Least size")), words.column("min_take_fraction", _("Least paid")),
            TableColumn("min_take_of", _("Share of")), words.column("term_yr", _("Contract term")),
            TableColumn("exit_terms", _("On leaving")), TableColumn("status", _("Status")),
            TableColumn("source", _("Source")),
        ]  # fmt: skip
        found.append(table(words, "large-loads", caption, frame, columns))
    return found


def _classes(facts: Facts, words: Words) -> pd.DataFrame:
    """A row for each built site and class, the trusted ones first at each site."""
    _ = words.gettext
    classes = facts.table("large_loads")
    if classes.empty:
        return classes
    rank = {"high": 0, "medium": 1, "low": 2}
    places = {"county": _("utility in the county"), "state": _("somewhere in the state")}
    trust = {"high": _("trust high"), "medium": _("trust medium"), "low": _("trust low, decides nothing")}
    titles = facts.table("sources").set_index("source_id")["title"].to_dict() if len(facts.table("sources")) else {}
    sites = facts.built[["site_id", "name", "connection_mw"]].assign(_site=range(len(facts.built)))
    frame = sites.merge(classes, on="site_id").assign(
        **{
            "class": lambda rows: rows["utility"] + ": " + rows["title"],
            "holds": lambda rows: rows["holds_in"].map(places),
            "status": lambda rows: rows["status"] + ", " + rows["decided"],
            "source": lambda rows: [
                f"{titles.get(source, source)} ({trust[level]})"
                for source, level in zip(rows["source_id"], rows["trust"], strict=True)
            ],
            "_rank": lambda rows: rows["trust"].map(rank),
        }
    )
    return frame.sort_values(["_site", "_rank", "class_id"], kind="stable").reset_index(drop=True)


def _known(facts: Facts, frame: pd.DataFrame, words: Words) -> Said:
    """At how many of the built sites a class with a trusted source is known by county; of the others nothing is."""
    _ = words.gettext
    trusted = ("high", "medium")
    where = {"site_id": tuple(facts.built["site_id"]), "holds_in": "county", "trust": trusted}
    if frame.empty or not (frame["holds_in"].eq("county") & frame["trust"].isin(trusted)).any():
        return say(
            _(
                "At none of the built sites a class of large load, with its own minimum payment and term, is known. "
                "That is no sign that there is none."
            )
        )
    return say(
        _(
            "At {count} of {total} built sites a utility with lines in the county has a class of large load, with its "
            "own minimum payment, term and exit. Of the other sites none is known, which is no sign that there is none."
        ),
        count=words.count(facts.read("large_loads", "site_id", "distinct", **where)),
        total=words.count(facts.built_count),
    )
