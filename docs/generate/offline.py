"""Whether a built site can be read without a network: nothing in it is loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

LOADING = {
    "src": None,
    "srcset": None,
    "poster": None,
    "data": ("object",),
    "action": None,
    "href": ("link", "use", "image", "base"),
    "xlink:href": None,
}
"""Attribute to the tags on which it loads something; None for all. A link in a text loads nothing."""

NOT_LOADED = frozenset({"canonical", "alternate", "next", "prev", "author", "license", "edit"})
"""Relations of a `link` that tell where something is and load nothing."""

FOREIGN = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", flags=re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)", flags=re.IGNORECASE)
IN_SCRIPTS = re.compile(r"(?:import|fetch|importScripts|Worker)\s*\(\s*['\"`]((?:https?:)?//[^'\"`]+)", re.IGNORECASE)


class _Page(HTMLParser):
    """Gathers what a page loads, and the styles and scripts within it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        told_only = tag == "link" and set(given.get("rel", "").split()) <= NOT_LOADED and bool(given.get("rel"))
        for name, value in given.items():
            tags = LOADING.get(name, ())
            if (tags is None or tag in tags) and FOREIGN.match(value) and not told_only:
                self.found.append(value)
        self.found += IN_STYLES.findall(given.get("style", ""))

    def handle_data(self, data: str) -> None:
        """Look at the inside of styles and scripts."""
        if self._inside == "style":
            self.found += IN_STYLES.findall(data)
        elif self._inside == "script":
            self.found += IN_SCRIPTS.findall(data)


def loaded_from_elsewhere(text: str, kind: str) -> list[str]:
    """Return the addresses that a file loads from other hosts.

    Parameters
    ----------
    text : str
        The file.
    kind : str
        Its ending: ``.html``, ``.css``, ``.js`` or ``.svg``.
    """
    if kind in (".html", ".svg"):
        page = _Page()
        page.feed(text)
        page.close()
        return page.found
    return (IN_STYLES if kind == ".css" else IN_SCRIPTS).findall(text)


def foreign_references(folder: Path) -> Iterator[str]:
    """Yield each file of a site, with an address that it loads from another host."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".html", ".svg", ".css", ".js"):
            for address in loaded_from_elsewhere(path.read_text("utf-8"), path.suffix):
                yield f"{path.relative_to(folder).as_posix()}: {address}"
