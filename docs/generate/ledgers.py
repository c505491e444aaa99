"""The page of the objective and the ledgers: what components post, and what it must add up to."""

from __future__ import annotations

from generate.docstrings import body, markdown
from generate.formulation import anchor
from generate.letters import LETTERS
from generate.model import Formulation
from generate.project import Assembly, Ledger, Scope, Sense, unit
from generate.text import page, table

OPENING = """
A ledger is a list of labelled terms with one index and one unit. Components post to it and never close it; the assembly
closes each once, when all have posted. So a balance is nowhere written down as a whole, and this page shows what has
come together in it, read from the code at every build. After a solve the same terms are the columns of the result
tables, and add up to the same sums.

On this page every study's choice is made: all limits are stated, and carbon is priced by the hour.
"""

SENSES = {
    Sense.BALANCE: "The terms add up to **zero**",
    Sense.SURPLUS: "The terms add up to **zero or more**",
    Sense.TOTAL: "An account: the terms add up to",
}
SIGNS = {Sense.BALANCE: "= 0", Sense.SURPLUS: r"\ge 0"}


def ledgers_page(found: Formulation) -> str:
    """Return the page."""
    objective = "## Objective\n\n" + markdown(body(Assembly).split("\n\n", 1)[1])
    ledgers = [ledger for ledger in found.assembly.ledgers.values() if ledger.terms]
    closed = [_section(ledger, found) for ledger in ledgers if ledger.sense is not Sense.TOTAL]
    accounts = [_section(ledger, found) for ledger in ledgers if ledger.sense is Sense.TOTAL]
    return page(
        "Objective and ledgers", OPENING, objective, "## Accounts", *accounts, "## Balances and limits", *closed
    )


def _section(ledger: Ledger, found: Formulation) -> str:
    """Return the part of one ledger."""
    letters = [LETTERS[axis][0] for axis in ledger.axes]
    where = "within a site" if ledger.scope is Scope.SITE else "in the system"
    each = f"for each ${','.join(letters)}$, in {unit(ledger.name).label or 'parts of one'}; {where}."
    terms = list(found.assembly.terms(ledger))
    if ledger.sense is Sense.TOTAL:
        symbol = found.nomenclature.named(ledger.name)
        said = f"{SENSES[ledger.sense]} ${symbol.notation}$, {each}"
    else:
        said = f"{SENSES[ledger.sense]}, {each}"
    money = any(term.payer for term in terms)
    rows = [
        (f"${_signed(term.formula)}$", f"{anchor(term.component)}: {term.label.replace('_', ' ')}")
        + ((f"{term.payer} → {term.receiver}",) if money else ())
        for term in terms
    ]
    end = SIGNS.get(ledger.sense)
    if end:
        rows.append((f"${end}$", "*closed by the assembly*"))
    headers = ["Term", "Posted by", *(["Who pays whom"] if money else [])]
    return f"### `{ledger.name}` {{ #{ledger.name} }}\n\n{said}\n\n{table(headers, rows)}"


def _signed(formula: str) -> str:
    """Return a term with its sign in front."""
    return formula if formula.startswith("-") else f"+{formula}"
