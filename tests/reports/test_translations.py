"""The Indonesian catalogue: complete, with the same placeholders, compiled from what is written; numbers by locale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from siting.reports.text.words import Words

REPOSITORY = Path(__file__).resolve().parents[2]
LOCALE = REPOSITORY / "reports" / "locale"
PO = LOCALE / "id" / "LC_MESSAGES" / "siting.po"

Message = str | tuple[str, ...]
InContext = tuple[str | None, Message]


def extracted() -> set[InContext]:
    """Every message that the source marks, with the context that tells its meaning if it has two."""
    from babel.messages.extract import DEFAULT_KEYWORDS

    with (LOCALE / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: set[InContext] = set()
    for folder in ("siting", "reports"):
        mine = [(pattern, method) for pattern, method in methods if pattern.startswith(folder)]
        local = [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in mine]
        settings = {pattern.removeprefix(f"{folder}/"): value for pattern, value in options.items()}
        keywords = {**DEFAULT_KEYWORDS, "N_": None}
        for _file, _line, message, _comments, context in extract_from_dir(
            REPOSITORY / folder, local, settings, keywords, directory_filter=lambda path: not Path(path).is_symlink()
        ):
            found.add((context, message))
    return found - {(None, "")}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="id", domain="siting")


def test_every_message_is_translated_and_none_is_left_over(catalogue: Catalog) -> None:
    translated = {(message.context, message.id) for message in catalogue if message.id and message.string}
    assert len(translated) > 300
    assert sorted(map(str, extracted() - translated)) == []
    assert sorted(map(str, translated - extracted())) == []


def test_placeholders_are_the_same(catalogue: Catalog) -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{\w+\}|%\(\w+\)s", text))

    for message in catalogue:
        if message.id:
            source = "".join(message.id) if isinstance(message.id, tuple) else message.id
            target = "".join(message.string) if isinstance(message.string, tuple) else message.string
            assert places(source) == places(target), message.id
            assert not re.search(r"%(?!\()", target), f"a bare per cent sign: {target}"


def test_indonesian_has_one_plural_form(catalogue: Catalog) -> None:
    assert (catalogue.num_plurals, catalogue.plural_expr) == (1, "0")
    assert Words("id").ngettext("{count} more", "{count} more", 1) == "{count} lagi"


def test_the_compiled_catalogue_is_current(catalogue: Catalog) -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    def joined(text: object) -> str:
        return text if isinstance(text, str) else "|".join(text)  # type: ignore[arg-type]

    def texts(source: Catalog) -> dict[str, str]:
        return {f"{message.context}|{joined(message.id)}": joined(message.string) for message in source if message.id}

    assert texts(compiled) == texts(catalogue)


@pytest.mark.parametrize(
    ("value", "english", "indonesian"),
    [
        (1.84e9, "USD 1.84 billion", "USD 1,84 miliar"),
        (1.84e6, "USD 1.84 million", "USD 1,84 juta"),
        (999_996_000.0, "USD 1.00 billion", "USD 1,00 miliar"),
        (1690.0, "USD 1,690", "USD 1.690"),
        (-2.5e6, "USD -2.50 million", "USD -2,50 juta"),
        (0.0, "USD 0", "USD 0"),
    ],
)
def test_money_cannot_be_misread(value: float, english: str, indonesian: str) -> None:
    """English M is a million and Indonesian M a thousand million, so the words are written out."""
    assert Words("en").money(value) == english
    assert Words("id").money(value) == indonesian


def test_numbers_follow_the_language() -> None:
    assert Words("id").decimal(1234.5, 1) == "1.234,5"
    assert Words("id").percent(0.0123) == "1,23\N{NO-BREAK SPACE}%"
    assert Words("id").quantity(5.0e6, "MWh/yr") == "5 juta MWh/th"
    assert Words("en").decimal(-0.04, 1) == "0.0"


def test_a_word_of_two_meanings_has_two_translations() -> None:
    """Where a constraint holds and where an audit found its worst; no limit stands under the name of a US state."""
    words = Words("id")
    assert words.pgettext("of a constraint", "Where") != words.pgettext("in an audit", "Where")
    assert words.pgettext("of a constraint", "Status") != words.gettext("State")
