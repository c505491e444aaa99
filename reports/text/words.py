"""Words and numbers in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import TypeGuard

from babel import Locale
from babel.dates import get_month_names
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from siting import quantities
from siting.plan.cautions import MESSAGES, Caution
from siting.plan.key_figures.registry import REGISTRY
from siting.reports.document import Cell, Format, Table, TableColumn
from siting.reports.text.labels import COLUMNS, TERMS, UNITS
from siting.reports.text.traced import OfPlan, Printed, Said, Traced, say

__all__ = ["LANGUAGES", "Words"]

LANGUAGES = ("en", "id")
"""Languages with a catalogue; English is the language of the source."""

_DOMAIN = "siting"
_MISSING = "–"
_MIXED = frozenset({"value", "design", "replay"})


@cache
def _translations(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    catalogue = resources.files("siting.reports") / "locale" / language / "LC_MESSAGES" / f"{_DOMAIN}.mo"
    with catalogue.open("rb") as file:
        return Translations(file, _DOMAIN)


class Words:
    r"""Translation and number formats of one language.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    ValueError
        If there is no catalogue for the language.

    Examples
    --------
    A number and its unit are kept on one line by a no-break space.

    >>> words = Words("en")
    >>> words.money(12_345_678_901), words.money(-1_500_000), words.percent(0.0123)
    ('USD 12.3 billion', 'USD -1.50 million', '1.23\xa0%')
    >>> words.quantity(1234567, "MWh/yr"), words.quantity(12.345, "MW")
    ('1.23 million MWh/yr', '12.3\xa0MW')
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no reports in {language!r}; there are {', '.join(LANGUAGES)}")
        self.language = language
        self.locale = Locale.parse(language)
        self.translations = _translations(language)
        self.gettext = self.translations.gettext
        self.ngettext = self.translations.ngettext

    def pgettext(self, context: str, message: str) -> str:
        """Return the translation of a word that has two meanings, in the one that the context tells."""
        return str(self.translations.pgettext(context, message))

    # numbers in running text: three significant digits

    def significant(self, value: Traced | float, digits: int = 3) -> Printed:
        """Return a number with at most so many significant digits; a whole number has no decimals.

        Examples
        --------
        >>> words = Words("en")
        >>> [words.significant(value) for value in (1234567.0, 12.0, 12.04, 0.00123, 0.0, 999.6)]
        ['1,230,000', '12', '12.0', '0.00123', '0', '1,000']
        """
        number = float(value)
        if math.isclose(number, round(number), rel_tol=1e-12) and abs(number) < 10**digits:
            return self.decimal(value, 0)
        rounded = float(f"{number:.{digits - 1}e}")
        decimals = max(digits - 1 - math.floor(math.log10(abs(rounded))), 0)
        return Printed(self.decimal(rounded, decimals), value)

    def decimal(self, value: Traced | float, decimals: int) -> Printed:
        """Return a number with a fixed number of decimals."""
        places = "0" * decimals
        number = round(float(value), decimals) + 0.0
        pattern = f"#,##0.{places}" if places else "#,##0"
        return Printed(format_decimal(number, format=pattern, locale=self.locale), value)

    def tiny(self, value: Traced | float) -> Printed:
        """Return a number far below one with its power of ten.

        Examples
        --------
        >>> words = Words("en")
        >>> words.tiny(3.21e-9), words.tiny(0.0)
        ('3.2 × 10⁻⁹', '0')
        """
        if float(value) == 0:
            return Printed("0", value)
        digits, power = f"{float(value):.1e}".split("e")
        raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return Printed(f"{self.decimal(float(digits), 1)} × 10{raised}", value)

    def count(self, value: Traced | float) -> Printed:
        """Return a whole number with its thousands grouped."""
        return self.decimal(value, 0)

    def money(self, value_usd: Traced | float, digits: int = 3) -> Printed:
        """Return an amount in words that cannot be mistaken: English M and Indonesian M are not the same."""
        _ = self.gettext
        usd = float(value_usd)
        size = float(f"{abs(usd):.{digits - 1}e}")  # 999.7 million is a billion when it is rounded
        if size >= 1e9:
            text = _("USD {amount} billion").format(amount=self.significant(usd / 1e9, digits))
        elif size >= 1e6:
            text = _("USD {amount} million").format(amount=self.significant(usd / 1e6, digits))
        else:
            text = _("USD {amount}").format(amount=self.significant(usd, digits))
        return Printed(text, value_usd)

    def digits_apart(self, one: float, other: float) -> int:
        """Return the number of significant digits, three or more, at which the difference of two amounts is seen.

        Examples
        --------
        >>> Words("en").digits_apart(118.153e9, 117.993e9), Words("en").digits_apart(2.0, 1.0)
        (5, 3)
        """
        if one == other:
            return 3
        return min(max(3, math.floor(math.log10(max(abs(one), abs(other)) / abs(one - other))) + 3), 12)

    def percent(self, fraction: Traced | float, digits: int = 3) -> Printed:
        """Return a fraction as a percentage, without trailing zeros."""
        value = float(f"{100 * float(fraction):.{digits - 1}e}") + 0.0
        text = f"{format_decimal(value, format='#,##0.#####', locale=self.locale)}\N{NO-BREAK SPACE}%"
        return Printed(text, fraction)

    def quantity(self, value: Traced | float, unit: str, digits: int = 3) -> Printed:
        """Return a number and its unit."""
        _ = self.gettext
        shown, number = self.unit(unit), float(value)
        if float(f"{abs(number):.{digits - 1}e}") >= 1e6:
            amount = self.significant(number / 1e6, digits)
            return Printed(_("{amount} million {unit}").format(amount=amount, unit=shown).strip(), value)
        return Printed(f"{self.significant(number, digits)}\N{NO-BREAK SPACE}{shown}".strip(), value)

    def unit(self, unit: str) -> str:
        """Return a unit in the reader's language; empty for a pure number."""
        _ = self.gettext
        if unit == "1":
            return ""
        if unit in UNITS:
            return _(UNITS[unit])
        shown = unit.replace("CO2e", "CO₂e").replace(" ", "\N{NO-BREAK SPACE}")
        return shown.removesuffix("/yr") + _("/yr") if shown.endswith("/yr") else shown

    def kpi(self, kpi_id: str, value: Traced | float) -> Printed:
        """Return a key figure's value as its registry entry says."""
        kpi = REGISTRY[kpi_id]
        match kpi.format:
            case "money" if kpi.unit == "USD/yr":
                return Printed(self.gettext("{amount} a year").format(amount=self.money(value)), value)
            case "money":
                return self.money(value)
            case "percent":
                return self.percent(value)
            case "ratio" | "quantity" if kpi.unit.startswith("USD/"):
                per = self.unit(kpi.unit.removeprefix("USD/"))
                text = self.gettext("USD {amount} per {unit}").format(amount=self.significant(value), unit=per)
                return Printed(text, value)
            case "year":
                return self.year(value)
            case "ratio" | "quantity":
                return self.quantity(value, kpi.unit)

    def year(self, value: Traced | float) -> Printed:
        """Return a year, or the middle of one in words; another decimal year with one decimal.

        Examples
        --------
        >>> words = Words("en")
        >>> words.year(2030), words.year(2028.5), words.year(2028.25)
        ('2030', 'mid 2028', '2028.2')
        """
        year = float(value)
        if year % 1 == 0.5:
            return Printed(self.gettext("mid {year}").format(year=int(year)), value)
        return self.decimal_year(value)

    def decimal_year(self, value: Traced | float) -> Printed:
        """Return a decimal year as it is: a date that is known to a month or so."""
        return Printed(format_decimal(float(value), format="0.#", locale=self.locale), value)

    # words

    def caution(self, caution: Caution) -> Said:
        """Return the text of a caution, its numbers as the language writes them."""
        parts: dict[str, str] = {}
        for name, value in caution.values.items():
            if isinstance(value, str):
                parts[name] = value
                continue
            number = Traced(value, OfPlan(f"cautions.{caution.id}.{name}"))
            parts[name] = self.percent(number) if name.endswith("_fraction") else self._short(number)
        return say(self.gettext(MESSAGES[caution.id]), **parts)

    def _short(self, value: Traced) -> Printed:
        """Return a number with four significant digits at most, without trailing zeros."""
        text = format_decimal(float(f"{float(value):.4g}"), format="#,##0.####", locale=self.locale)
        return Printed(text, value)

    def join(self, items: Iterable[str]) -> Said:
        """Return a list as running text: a, b and c; items that hold a comma are divided by semicolons."""
        texts = tuple(items)
        text = str(format_list(list(texts), locale=self.locale)) if texts else ""
        return Said("; ".join(texts) if any("," in item for item in texts) else text, "", texts)

    def some(self, items: Sequence[str], most: int = 12) -> Said:
        """Return a list as running text that ends after so many with the number of the others."""
        if len(items) <= most + 1:
            return self.join(items)
        rest = len(items) - most
        others = say(self.ngettext("{count} more", "{count} more", rest), count=self.said_count(rest))
        return self.join([*items[:most], others])

    def said_count(self, value: int) -> Printed:
        """Return a number of things on the page itself, such as of bars that are drawn."""
        return self.count(Traced(float(value), float(value)))

    def sentences(self, *texts: str) -> Said:
        """Return sentences one after another."""
        told = tuple(text for text in texts if text)
        return Said(" ".join(told), "", told)

    def months(self) -> list[str]:
        """Return the twelve months' names.

        Examples
        --------
        >>> Words("id").months()[:3]
        ['Januari', 'Februari', 'Maret']
        """
        names = get_month_names("wide", context="stand-alone", locale=self.locale)
        return [str(names[month]) for month in range(1, 13)]

    def term(self, slug: str) -> str:
        """Return the name of a ledger term, a component, a party or a grade.

        A slug that no label knows is printed with spaces, so that a new component is readable at once.
        """
        return self.gettext(TERMS[slug]) if slug in TERMS else slug.replace("-", " ").replace("_", " ")

    def heading_of(self, slug: str) -> str:
        """Return the same name as the first word of a line."""
        name = self.term(slug)
        return name[:1].upper() + name[1:]

    def column(self, key: str, label: str = "") -> TableColumn:
        """Return a column by the name it has in the plan's tables.

        Examples
        --------
        >>> Words("en").column("peak_grid_mw")
        TableColumn(key='peak_grid_mw', label='Facility peak', format='quantity', unit='MW')
        """
        text = label or (self.gettext(COLUMNS[key]) if key in COLUMNS else self.term(key))
        return TableColumn(key, text, _format(key), _unit(key))

    # cells of a table: one number of decimals for a column, so that totals are seen to add up

    def heading(self, table: Table, position: int) -> str:
        """Return a column's heading with its unit, scaled for money."""
        column = table.columns[position]
        unit = column.unit
        if column.format == "money":
            unit = self._money_unit(_numbers(table, position), unit)
        elif column.format == "percent":
            unit = "%"
        else:
            unit = self.unit(unit)
        return f"{column.label} [{unit}]" if unit else column.label

    def cells(self, table: Table, position: int) -> list[str]:
        """Return the printed cells of a column."""
        column = table.columns[position]
        scale, decimals = self._scale(column, _numbers(table, position))
        cells: list[str] = []
        for i, row in enumerate(table.rows):
            value = row[position]
            if column.format == "mixed" and table.kpi_ids and table.kpi_ids[i] in REGISTRY and _is_number(value):
                cells.append(self.kpi(table.kpi_ids[i], float(value)))
            else:
                cells.append(self._cell(column, value, scale, decimals))
        return cells

    def _cell(self, column: TableColumn, value: Cell, scale: float, decimals: int) -> str:
        if isinstance(value, str):
            return value
        if not _is_number(value):
            return _MISSING
        if column.format == "label":
            return self.year(value)
        if column.format == "mixed":
            return self.significant(value, 4)
        return self.decimal(value / scale, decimals)

    def _scale(self, column: TableColumn, numbers: Sequence[float]) -> tuple[float, int]:
        largest = max((abs(number) for number in numbers), default=0.0)
        match column.format:
            case "count":
                return 1.0, 0
            case "percent":
                return 0.01, 1 if largest >= 0.1 else 2
            case "ratio":
                return 1.0, 3 if largest < 10 else 2
            case "money":
                scale = _money_scale(numbers)
            case _:
                scale = 1.0
        largest /= scale
        return scale, 0 if largest >= 1000 or largest == 0 else 1 if largest >= 10 else 2 if largest >= 1 else 3

    def _money_unit(self, numbers: Sequence[float], unit: str) -> str:
        _ = self.gettext
        if _money_scale(numbers) == 1:
            return self.unit(unit)
        return _("million USD/yr") if unit.endswith("/yr") else _("million USD")


def _money_scale(numbers: Sequence[float]) -> float:
    """A column of large amounts is printed in millions."""
    return 1e6 if max((abs(number) for number in numbers), default=0.0) >= 1e7 else 1.0


def _numbers(table: Table, position: int) -> list[float]:
    values = [row[position] for row in table.rows]
    return [float(value) for value in values if _is_number(value)]


def _is_number(value: Cell) -> TypeGuard[float]:
    return isinstance(value, int | float) and not math.isnan(value)


def _format(key: str) -> Format:
    try:
        suffix = quantities.split(key)[1]
    except ValueError:
        return "mixed" if key in _MIXED else "label" if key in quantities.KEYS else "text"
    match suffix:
        case "usd" | "usd_per_yr":
            return "money"
        case "fraction":
            return "percent"
        case "count":
            return "count"
        case "" | "ratio" | "score" | "l_per_kwh" | "usd_per_gpu_h":
            return "ratio"
        case _:
            return "quantity"


def _unit(key: str) -> str:
    try:
        return quantities.unit(key).label
    except ValueError:
        return ""
