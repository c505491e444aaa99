"""Water on site, and how scarce it is there."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Figure, Paragraph, Section, TableColumn
from siting.reports.facts import STRESS_CLASSES, Facts, figure, stress_class, table
from siting.reports.text.traced import Traced, say
from siting.reports.text.words import Words

_HIGH_SCORE = 3.0
_BARS_MAX = 12


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("water", _("Water"), (Paragraph(_("Nothing is built, so no water is drawn.")),))
    text = _(
        "Water is what the cooling plants draw on site in a year of the planned weather; part of it returns. The water "
        "behind the electricity, and the peak-demand day, which decides whether a utility can supply it, stand under "
        "“Efficiency and climate stress test”."
    )
    if float(facts.built["water_m3_per_yr"].sum()) <= 0:
        none = _("The cooling of every built site works without water on site.")
        return Section("water", _("Water"), (Paragraph(none), Paragraph(text)))
    return Section(
        "water", _("Water"), (_by_site(facts, words), Paragraph(how_stress_is_known(facts, words)), Paragraph(text))
    )


def stressed_share(facts: Facts) -> Traced | None:
    """Share of the water drawn where baseline stress is high or extremely high; None if nothing is known."""
    frame = facts.built
    if "water_stress_score" not in frame or frame["water_stress_score"].isna().all():
        return None
    total = facts.of_built("water_m3_per_yr")
    high = tuple(frame.loc[frame["water_stress_score"] >= _HIGH_SCORE, "site_id"])
    return facts.of_built("water_m3_per_yr", site_id=high) / total if total.value > 0 else Traced(0.0, 0.0)


def how_stress_is_known(facts: Facts, words: Words) -> str:
    """From where the water stress of the sites is taken, and for what area it stands."""
    _ = words.gettext
    basis = facts.basis("sites", "water_stress_score")
    if basis is None:
        return _("Water stress is what the study's own table of sites states.")
    text = (
        _(
            "Water stress is {grade} (source: {source}), and one value stands for a whole state: a dry basin in a wet "
            "state carries the state's mean. Check the basin of each site before relying on it."
        )
        if facts.stress_is_of_state
        else _("Water stress is {grade} (source: {source}).")
    )
    return say(text, grade=words.term(basis.grade), source=basis.source)


def stress_column(facts: Facts, words: Words) -> TableColumn:
    """The score of water stress, with the area for which it stands."""
    _ = words.gettext
    label = _("Water stress of the state (0 to 5)") if facts.stress_is_of_state else _("Water stress (0 to 5)")
    return words.column("water_stress_score", label)


def _by_site(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = facts.built.copy()
    scores = (
        frame["water_stress_score"] if "water_stress_score" in frame else pd.Series(float("nan"), index=frame.index)
    )
    frame["stress_class"] = [
        _("not known") if pd.isna(score) else _(STRESS_CLASSES[stress_class(float(score))]) for score in scores
    ]
    share, total = stressed_share(facts), words.quantity(facts.of_built("water_m3_per_yr"), "m³/yr")
    of_state = facts.stress_is_of_state
    if share is None:
        title = say(_("Cooling draws {water}"), water=total)
    else:
        title = say(
            _("Cooling draws {water}, {share} of it in states where water stress is high")
            if of_state
            else _("Cooling draws {water}, {share} of it where water stress is high"),
            water=total,
            share=words.percent(share),
        )
    caption = say(
        _(
            "Water drawn on site in {period}, planned weather [thousand m³/yr], with the class of baseline water "
            "stress of the state."
        )
        if of_state
        else _(
            "Water drawn on site in {period}, planned weather [thousand m³/yr], with the class of baseline water "
            "stress."
        ),
        period=facts.period,
    )
    largest = frame.sort_values("water_m3_per_yr", ascending=False, kind="stable").head(_BARS_MAX)
    rows = [
        Bar(
            _("{site} (stress {stress})").format(site=row["name"], stress=row["stress_class"]),
            (float(row["water_m3_per_yr"]) / 1e3,),
            words.quantity(float(row["water_m3_per_yr"]), "m³"),
        )
        for row in largest.to_dict("records")
    ]
    if len(frame) > len(rows):
        caption = words.sentences(
            caption,
            say(_("The {shown} sites that draw most are drawn; the table has all."), shown=words.said_count(len(rows))),
        )
    drawing = bars(rows, axis=_("Water [thousand m³/yr]"), words=words)
    columns = ["name", "water_m3_per_yr", "wue_l_per_kwh", "stress_class"]
    data = table(
        words,
        "water-data",
        say(_("Water by site in {period}, planned weather."), period=facts.period),
        frame,
        [*columns, *([stress_column(facts, words)] if "water_stress_score" in frame else [])],
        total=["water_m3_per_yr"],
    )
    return figure("water", title, caption, drawing, data)
