"""The page of the formulation: each component's docstring, then what its code states, in the model's order."""

from __future__ import annotations

from generate.docstrings import body, markdown, words
from generate.letters import LETTERS
from generate.model import COMPONENTS, Formulation
from generate.project import DESIGN, Component, Scope, Sense
from generate.text import code, folded, page, table

OPENING = """
This page is made from the code at every build. The words and formulas of each part are the docstring of its
component; what is folded under *As the code states it* is what the component's rules give when they are called with
letters in place of members, so it is what is solved. All letters are on the page [Nomenclature](nomenclature.md), and
what the terms add up to is on the page [Objective and ledgers](ledgers.md).

A component is one class in one file. It declares its own variables and rows and posts terms to ledgers. Those that
live *at a site* have rows that name one site only, with zero on their right-hand side; those *in the system* hold
whole numbers, limits and everything absolute. [The proof](proof.md) rests on this.
"""

REPLAYED = """
The design of a plan is run through all 8,760 hours afterwards. Two more components take part in that: they say
nothing in the model above.
"""


def formulation_page(found: Formulation) -> str:
    """Return the page."""
    first = table(["Part", "Lives", "What it is"], (_line(kind) for kind in COMPONENTS))
    design = [_section(kind, found) for kind in COMPONENTS if kind in DESIGN]
    replayed = [_section(kind, found) for kind in COMPONENTS if kind not in DESIGN]
    return page("Formulation", OPENING, first, *design, "## In the replay alone", REPLAYED, *replayed)


def anchor(name: str) -> str:
    """Return a link to a component's part of the page."""
    return f"[{_title(name)}](formulation.md#{name})"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _lives(kind: type[Component]) -> str:
    return "at a site" if kind.scope is Scope.SITE else "in the system"


def _line(kind: type[Component]) -> tuple[str, str, str]:
    first = words(" ".join(body(kind).split("\n\n")[0].split()))
    return f"[{_title(kind.name())}](#{kind.name()})", _lives(kind), first


def _section(kind: type[Component], found: Formulation) -> str:
    """Return the part of one component."""
    name = kind.name()
    level = "##" if kind in DESIGN else "###"
    needs = ", ".join(f"[{_title(need.name()).lower()}](#{need.name()})" for need in kind.needs)
    lives = f"*Lives {_lives(kind)}" + (f"; reads {needs}*" if needs else "*")
    symbols = [symbol for symbol in found.nomenclature.symbols if symbol.home == name]
    stated = table(
        ["Symbol", "In code", "Unit", "Meaning"],
        ((f"${one.notation}$", code(one.name), one.unit, one.meaning) for one in symbols),
    )
    parts = [f"{level} {_title(name)} {{ #{name} }}", lives, markdown(body(kind)), stated if symbols else ""]
    return "\n\n".join(part for part in [*parts, folded("As the code states it", _stated(kind, found))] if part)


def _stated(kind: type[Component], found: Formulation) -> str:
    """Return what a component's code states: variables, rows and terms."""
    name = kind.name()
    columns = [f"`{one.name}`\n\n$$\n{one.formula}\n$$" for one in found.assembly.columns if one.component == name]
    rows = [
        f"`{row.name}` for each {', '.join(f'`{part}`' for part in row.over)}\n\n$$\n{row.formula}\n$$"
        for row in found.rows
        if row.component == name
    ]
    terms = [
        f"`{term.label}` to [`{ledger.name}`](ledgers.md#{ledger.name})\n\n$$\n{term.formula}\n$$"
        for ledger in found.assembly.ledgers.values()
        for term in found.assembly.terms(ledger)
        if term.component == name
    ]
    titled = (("Variables", columns), ("Rows", rows), ("Terms posted", terms))
    stated = "\n\n".join(f"**{title}**\n\n" + "\n\n".join(parts) for title, parts in titled if parts)
    return f"{stated}\n\nStated in `{_file(kind)}`."


def _file(kind: type[Component]) -> str:
    """Return the file of a component, seen from the top folder."""
    return kind.__module__.removeprefix("siting.").replace(".", "/") + ".py"


def nomenclature_page(found: Formulation) -> str:
    """Return the page of all symbols: sets, variables, parameters, and what is worked out of these."""
    assembly = found.assembly
    variables = {column.name for column in assembly.columns}
    accounts = {ledger.name for ledger in assembly.ledgers.values() if ledger.sense is Sense.TOTAL}
    sets = table(
        ["Index", "In code", "Meaning"],
        [
            *((f"${letter}$", code(axis.upper()), meaning) for axis, (letter, meaning) in LETTERS.items()),
            ("$v$", code("PERIOD"), "Periods up to the one in question, in which something was built or bought"),
            ("$g$", code("GRID_ZONE"), "Grid zones with a limit; also the sites in one"),
        ],
    )

    def listed(chosen: list[int]) -> str:
        symbols = [found.nomenclature.symbols[i] for i in chosen]
        return table(
            ["Symbol", "In code", "Unit", "Meaning", "Stated by"],
            (
                (f"${one.notation}$", code(one.name), one.unit or "1", one.meaning, _home(one.home))
                for one in sorted(symbols, key=lambda one: one.notation.lower().lstrip("\\{"))
            ),
        )

    every = list(enumerate(found.nomenclature.symbols))
    parts = {
        "Variables": [i for i, one in every if one.name in variables],
        "Parameters": [i for i, one in every if one.name and one.name not in variables | accounts],
        "Accounts": [i for i, one in every if one.name in accounts],
        "Expressions": [i for i, one in every if not one.name],
    }
    about = {
        "Variables": "What is decided. All are zero or more; those that count are whole numbers.",
        "Parameters": "What is given, by the study, its tables, and what is worked out of both before the solve.",
        "Accounts": "Ledgers that are only added up; see [Objective and ledgers](ledgers.md).",
        "Expressions": "Shorthand for sums of variables.",
    }
    said = [f"## {title}\n\n{about[title]}\n\n{listed(chosen)}" for title, chosen in parts.items()]
    opening = (
        "One symbol has one meaning on all pages of the formulation. Capital letters are sizes, small ones flows and "
        "shares; $\\gamma$ is a price, $\\alpha$ an annuity, $\\mu$ upkeep and $\\varepsilon$ carbon, each with a "
        "word for what of. A bar above is an upper limit, a bar below a lower one, a hat what stands already. Names "
        "in code end in their unit."
    )
    return page("Nomenclature", opening, "## Sets and indices", sets, *said)


def _home(name: str) -> str:
    return "[Objective](ledgers.md)" if name == "assembly" else anchor(name)


__all__ = ["anchor", "formulation_page", "nomenclature_page"]
