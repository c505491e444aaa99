"""What a page loads from elsewhere is found; what it only names is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from generate.offline import foreign_references, loaded_from_elsewhere


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ('<script src="https://cdn.example/a.js"></script>', "https://cdn.example/a.js"),
        ('<img src="//cdn.example/a.png">', "//cdn.example/a.png"),
        ('<link rel="stylesheet" href="https://fonts.example/css">', "https://fonts.example/css"),
        ('<link rel="preconnect" href="https://fonts.example">', "https://fonts.example"),
        ('<link rel="canonical stylesheet" href="https://fonts.example/css">', "https://fonts.example/css"),
        ('<svg><use href="https://cdn.example/a.svg#x"/></svg>', "https://cdn.example/a.svg#x"),
        ('<svg><image xlink:href="https://cdn.example/a.png"/></svg>', "https://cdn.example/a.png"),
        ('<p style="background:url(https://cdn.example/a.png)">', "https://cdn.example/a.png"),
        ("<style>@import 'https://fonts.example/css';</style>", "https://fonts.example/css"),
        ('<script>fetch("https://api.example/x")</script>', "https://api.example/x"),
        ('<form action="https://mail.example/send">', "https://mail.example/send"),
    ],
)
def test_what_is_loaded_is_found(text: str, address: str) -> None:
    assert loaded_from_elsewhere(text, ".html") == [address]


@pytest.mark.parametrize(
    "text",
    [
        '<a href="https://example.org">a link</a>',
        '<link rel="canonical" href="https://example.org/page">',
        '<img src="assets/a.png"><img src="data:image/png;base64,AAAA">',
        '<link rel="stylesheet" href="../assets/site.css">',
        "<code>fetch('https://example.org')</code>",
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
)
def test_what_is_only_named_is_not(text: str) -> None:
    assert loaded_from_elsewhere(text, ".html") == []


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [
        ("@font-face{src:url(https://fonts.example/a.woff2)}", ".css", 1),
        ("a{background:url(data:image/svg+xml;charset=utf-8,<svg xmlns='http://www.w3.org/2000/svg'/>)}", ".css", 0),
        ("new Worker('https://cdn.example/w.js')", ".js", 1),
        ("const home = 'https://example.org'", ".js", 0),
    ],
)
def test_styles_and_scripts_are_read_too(text: str, kind: str, count: int) -> None:
    assert len(loaded_from_elsewhere(text, kind)) == count


def test_files_of_a_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.html").write_text('<img src="https://cdn.example/a.png">', "utf-8")
    (tmp_path / "fine.html").write_text("<p>fine</p>", "utf-8")
    assert list(foreign_references(tmp_path)) == ["deep/page.html: https://cdn.example/a.png"]
