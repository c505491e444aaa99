"""Water on site, and how scarce it is there."""

from __future__ import annotations

import pandas as pd

from siting.reports.charts.bars import Bar, bars
from siting.reports.document import Figure, Paragraph, Section
from siting.reports.facts import STRESS_CLASSES, Facts, figure, stress_class, table
from siting.reports.text.words import Words


def section(facts: Facts, words: Words) -> Section:
    """Return the section."""
    _ = words.gettext
    if facts.built.empty:
        return Section("water", _("Water"), (Paragraph(_("Nothing is built, so no water is drawn.")),))
    text = _(
        "Water is what the cooling plants draw on site in a year; part of it returns. The water behind the "
        "electricity, and the thirstiest day, which decides whether a utility can supply it, stand under “Efficiency "
        "and other weather”."
    )
    if float(facts.built["water_m3_per_yr"].sum()) <= 0:
        none = _("The cooling of every built site works without water on site.")
        return Section("water", _("Water"), (Paragraph(none), Paragraph(text)))
    return Section("water", _("Water"), (_by_site(facts, words), Paragraph(text)))


def stressed_share(facts: Facts) -> float | None:
    """Share of the water drawn where baseline stress is high or extremely high; None if nothing is known."""
    frame = facts.built
    if "water_stress_score" not in frame or frame["water_stress_score"].isna().all():
        return None
    total = float(frame["water_m3_per_yr"].sum())
    stressed = float(frame.loc[frame["water_stress_score"] >= 3, "water_m3_per_yr"].sum())
    return stressed / total if total > 0 else 0.0


def _by_site(facts: Facts, words: Words) -> Figure:
    _ = words.gettext
    frame = facts.built.copy()
    scores = (
        frame["water_stress_score"] if "water_stress_score" in frame else pd.Series(float("nan"), index=frame.index)
    )
    frame["stress_class"] = [
        _("not known") if pd.isna(score) else _(STRESS_CLASSES[stress_class(float(score))]) for score in scores
    ]
    share, total = stressed_share(facts), float(frame["water_m3_per_yr"].sum())
    if share is None:
        title = _("Cooling draws {water}").format(water=words.quantity(total, "m³/yr"))
    else:
        title = _("Cooling draws {water}, {share} of it where water stress is high").format(
            water=words.quantity(total, "m³/yr"), share=words.percent(share)
        )
    caption = _(
        "Water drawn on site in {period} [thousand m³/yr], with the class of baseline water stress (Aqueduct 4.0)."
    ).format(period=facts.last)
    rows = [
        Bar(
            _("{site} (stress {stress})").format(site=row["name"], stress=row["stress_class"]),
            (float(row["water_m3_per_yr"]) / 1e3,),
            words.quantity(float(row["water_m3_per_yr"]), "m³"),
        )
        for row in frame.to_dict("records")
    ]
    drawing = bars(rows, axis=_("Water [thousand m³/yr]"), words=words)
    columns = ["name", "water_m3_per_yr", "wue_l_per_kwh", "stress_class"]
    if "water_stress_score" in frame:
        columns.append("water_stress_score")
    data = table(
        words, "water-data", _("Water by site in {period}.").format(period=facts.last), frame, columns,
        total=["water_m3_per_yr"],
    )  # fmt: skip
    return figure("water", title, caption, drawing, data)
