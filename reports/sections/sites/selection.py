"""How much of the choice is data: how often each site is chosen under errors of what is known of the sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siting.reports.document import Block, Note, Paragraph, Section, Table, TableColumn
from siting.reports.facts import Facts, table
from siting.reports.text.traced import Said, say
from siting.reports.text.words import Words

if TYPE_CHECKING:
    import pandas as pd

_SAID, _SHOWN = 4, 30
"""Sites not built that a sentence names as the next in line, and rows of the table that are not folded away."""


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    title = _("How much of the choice is data")
    counts = facts.of_last("selection")
    if counts.empty:
        text = _("How often each site is chosen under errors of the inputs is not worked out in this run.")
        return Section("selection", title, (Paragraph(text),))
    blocks: list[Block] = [Paragraph(how_often(facts, words)), Paragraph(_what_is_drawn(facts, words))]
    limits = _(
        "Each choice is made by a fast model, corrected so that without errors it comes to the plan's own sites. It "
        "knows no caps on carbon or water, no limits on PUE or WUE, and one way of computing a site; demand, prices of "
        "the equipment, the shape of prices over the hours and the rules of the study have no errors in it."
    )
    blocks += [Note("limit", _("What the counts leave out"), limits), _counts(facts, words)]
    return Section("selection", title, tuple(blocks))


def how_often(facts: Facts, words: Words) -> Said | str:
    """How often each built site is chosen, and which others come next; empty if it was not counted."""
    _ = words.gettext
    counts = facts.of_last("selection")
    if counts.empty:
        return ""
    built = _ordered(counts[counts["is_open"] == 1])
    others = _ordered(counts[(counts["is_open"] == 0) & (counts["chosen_count"] > 0)]).head(_SAID)
    text = say(
        _(
            "In {draws} choices of sites under plausible errors of the inputs the built sites come up so often: "
            "{sites}."
        ),
        draws=words.count(facts.read("selection", "draws_count", "max")),
        sites=words.some([_in_so_many(facts, words, site) for site in built["site_id"]]),
    )
    if others.empty:
        return words.sentences(text, _("No other site is ever chosen."))
    next_in_line = say(
        _("Next in line are {sites}."),
        sites=words.join([_in_so_many(facts, words, site) for site in others["site_id"]]),
    )
    return words.sentences(text, next_in_line)


def _in_so_many(facts: Facts, words: Words, site: str) -> Said:
    return say(
        words.gettext("{site} in {count}"),
        site=facts.named(site),
        count=words.count(facts.read("selection", "chosen_count", "cell", site_id=site)),
    )


def _what_is_drawn(facts: Facts, words: Words) -> Said:
    """What errors are drawn, and how large they are where no spread is stated."""
    _ = words.gettext
    spreads = {
        grade: words.percent(facts.read("inputs/parameters", "value", "cell", parameter_id=f"spread_{grade}_fraction"))
        for grade in ("measured", "modelled", "assumed", "common")
    }
    return say(
        _(
            "Every number of a site that the plan is made from has an error of its own in each draw. Where a low and a "
            "high value stand beside it in the catalogue, nine draws of ten lie below the high one, and above the low "
            "one; elsewhere the two are assumed to lie {measured} from a measured value, {modelled} from a modelled "
            "and {assumed} from an assumed one. Of the variance {common} is common to a state; all of it where a state "
            "has one value."
        ),
        **spreads,
    )


def _counts(facts: Facts, words: Words) -> Table:
    """Each site that is built or was ever chosen, the most often chosen first."""
    _ = words.gettext
    counts = facts.of_last("selection")
    frame = _ordered(counts[(counts["is_open"] == 1) | (counts["chosen_count"] > 0)])
    frame = frame.assign(
        name=[facts.named(site) for site in frame["site_id"]],
        outcome=[_("built") if flag == 1 else _("not built") for flag in frame["is_open"]],
    )
    columns: list[str | TableColumn] = [
        "name",
        TableColumn("outcome", _("Outcome")),
        "chosen_count",
        "draws_count",
        "chosen_fraction",
    ]
    caption = _("How often each site is chosen under plausible errors of the inputs; sites never chosen are left out.")
    return table(words, "selection", caption, frame, columns, folded=len(frame) > _SHOWN)


def _ordered(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.sort_values(["chosen_count", "site_id"], ascending=[False, True], kind="stable")
