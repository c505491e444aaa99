"""The model as its own code states it: every rule called with letters in place of members, and written as a formula.

The components are those of the model, declared on an assembly whose numbers and variables write themselves. So a
formula on a page cannot differ from what is solved.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

import pyomo.environ as pyo

from generate.expressions import Expression, Name, Number, Relation, summed
from generate.letters import GRID_ZONE, LETTERS, PART_OF, VINTAGE, Letter
from generate.project import Assembly, Case, Component, Field, Ledger, Members, Periods
from generate.stand_ins import Stated, Vintage, Within, WrittenLookup, WrittenNumbers, WrittenPartners, WrittenVariable
from generate.symbols import Nomenclature


@dataclasses.dataclass(frozen=True)
class Row:
    """A constraint: its name, for which members it holds, and what it says."""

    component: str
    name: str
    over: tuple[str, ...]
    formula: str


@dataclasses.dataclass(frozen=True)
class Column:
    """A variable: its name in code, symbol, axes, kind and bounds."""

    component: str
    name: str
    axes: tuple[str, ...]
    formula: str


@dataclasses.dataclass(frozen=True)
class WrittenTerm:
    """A term of a ledger."""

    component: str
    label: str
    formula: str
    payer: str
    receiver: str


class WrittenAssembly(Assembly):
    """An assembly that writes its components down instead of making a model of them.

    Parameters
    ----------
    case : Case
        Any case in which every limit is stated: where a study leaves a limit out, there is no rule to write.
    components : sequence of component classes
        What to write down.
    nomenclature : Nomenclature
        The symbol of each name.
    """

    def __init__(self, case: Case, components: Sequence[type[Component]], nomenclature: Nomenclature) -> None:
        self.nomenclature = nomenclature
        self.used: set[str] = set()
        self.columns: list[Column] = []
        self._open: list[str] = []
        super().__init__(cast("Case", Stated(case, self._named)), components)
        for ledger in self.ledgers.values():
            vars(ledger)["total"] = self._account(ledger)

    def number(self, name: str) -> Any:
        """Return a number of the case that writes itself."""
        return self._named(name)

    def numbers(self, name: str) -> Any:
        """Return a field of the case over its axes that writes itself."""
        return WrittenNumbers(self, self._named(name).head, self.case.fields[name])

    def coefficients(self, symbol: str, axes: tuple[str, ...], values: Any) -> Any:
        """Return numbers that a component works out itself, that write themselves."""
        return WrittenNumbers(self, symbol, Field(axes, values))

    def limit(self, name: str, value: float) -> Any:  # noqa: ARG002 - what it is does not show in a formula
        """Return a limit that writes itself."""
        return self._named(name)

    def variable(self, block: Any, name: str, *index: Any, within: Any = None, bounds: Any = None) -> Any:
        """Note a variable, and put one that writes itself on the block."""
        symbol = self._named(name)
        axes = tuple(axis for part in index for axis in self._factors[part.name].axes)
        letters = _letters(axes)
        domain = pyo.NonNegativeReals if within is None else within
        with self._opened(letters):
            low, high = bounds(None, *letters) if callable(bounds) else bounds or (None, None)
        column = Name(symbol.head, tuple(letter.text for letter in letters))
        self.columns.append(Column(block.local_name, name, axes, _bounded(column, domain, low, high)))
        written = WrittenVariable(symbol.head)
        setattr(block, name, written)
        return written

    def sum_over(self, members: Any, rule: Any) -> Any:
        """Sum over letters."""
        if isinstance(members, Members):
            letter = self._fresh(members.axis)
            under: tuple[str, tuple[Letter, ...]] = (rf"{letter.text} \in {PART_OF[members.axis]}", (letter,))
        elif isinstance(members, Within):
            letter = self._fresh(members.axis)
            under = (rf"{letter.text} \in {members.of}" if members.is_part else letter.text, (letter,))
        else:
            letters = tuple(self._fresh(axis) for axis in self._factor(members).axes)
            under = (",".join(letter.text for letter in letters), letters)
        with self._opened(under[1]):
            inner = rule(*under[1])
        return summed(under[0], inner)

    def partners(self, pairs: Any, of: str | None = None) -> Any:
        """Return what gives, for a letter of one axis, those of the other that go with it."""
        one, other = self._factors[pairs.name].axes
        return WrittenPartners(other if of in (None, one) else one, is_part=False)

    def lookup(self, source: str, target: str, pairs: Mapping[Any, Any]) -> Any:
        """Return what gives the letter that goes with a letter; the next hour, where both are hours."""
        return WrittenLookup(super().lookup(source, target, pairs), source, target)

    def sum_over_uses(self, under: str, rule: Any) -> Any:
        """Sum over the letters of a period of purchase and of the year in which a use ends."""
        use = Letter(VINTAGE, "period"), Letter(LETTERS["until"][0], "until")
        with self._opened(use):
            return summed(under, rule(*use))

    def rows(self) -> Iterator[Row]:
        """Write all constraints down, in order."""
        for part in self.parts:
            block: Any = self.block(type(part))
            for constraint in block.component_objects(pyo.Constraint):
                yield self._row(block, constraint)

    def terms(self, ledger: Ledger) -> Iterator[WrittenTerm]:
        """Write down what has been posted to a ledger."""
        letters = _letters(ledger.axes)
        for term in ledger.terms:
            with self._opened(letters):
                found: Any = term.rule(*letters)
            written = found if isinstance(found, Expression) else Number(float(found))
            yield WrittenTerm(term.component, term.label, written.latex(), term.payer, term.receiver)

    def _row(self, block: Any, constraint: Any) -> Row:
        """Write one constraint down."""
        letters: list[Letter] = []
        names: list[str] = []
        key: list[Any] = []
        model: Any = self.model
        for part in constraint.index_set().subsets():
            if model.component(part.local_name) is part:
                found = _letters(self._factors[part.local_name].axes)
                key += found
            else:  # members of the component's own, of which any will do
                found = (Letter(GRID_ZONE, part.local_name),)
                key.append(next(iter(part)))
            letters += found
            names.append(part.local_name)
        with self._opened(letters):
            relation = constraint.rule(block, tuple(key) if len(key) > 1 else key[0])
        if not isinstance(relation, Relation):
            raise TypeError(f"{block.local_name}.{constraint.local_name} says nothing of letters: {relation}")
        return Row(block.local_name, constraint.local_name, tuple(names), relation.latex())

    def _periods(self) -> Periods:
        return WrittenPeriods(self)

    def _declare_sets(self) -> None:
        super()._declare_sets()
        self.hours_of_day: Any = WrittenPartners("hour", is_part=True, real=self.hours_of_day)

    def _named(self, name: str) -> Name:
        """Return the symbol of a name, with the indices that its docstring gives it."""
        symbol = self.nomenclature.named(name)
        self.used.add(name)
        return Name(symbol.head, symbol.indices)

    def _account(self, ledger: Ledger) -> Callable[..., Name]:
        """Return what gives the symbol of an account instead of the sum of its terms."""

        def total(*key: Letter) -> Name:
            return Name(self._named(ledger.name).head, tuple(letter.text for letter in key))

        return total

    def _fresh(self, axis: str) -> Letter:
        """Return a letter of an axis that is not in use."""
        text = LETTERS[axis][0]
        while text in self._open:
            text += "'"
        return Letter(text, axis)

    @contextlib.contextmanager
    def _opened(self, letters: Sequence[Letter]) -> Iterator[None]:
        """Keep letters in use."""
        before = list(self._open)
        self._open += [letter.text for letter in letters]
        yield
        self._open = before


class WrittenPeriods(Periods):
    """Periods of which rules are given letters.

    Parameters
    ----------
    assembly : WrittenAssembly
        What writes sums.
    """

    def __init__(self, assembly: WrittenAssembly) -> None:
        super().__init__(assembly.case)
        self._assembly = assembly

    def vintages(self, period: Any) -> list[Any]:
        """Return the letter of all periods up to one, which variables sum over by themselves."""
        return [Vintage(VINTAGE, "period", period.text)]

    def last_end(self) -> Any:
        """Return the letter of the horizon's end."""
        return Letter(r"\bar{m}", "until")

    def sum_over_all(self, rule: Any) -> Any:
        """Sum over the letter of a period."""
        return self._assembly.sum_over(self._assembly.model.PERIOD, rule)

    def sum_over_ended(self, period: Any, rule: Any) -> Any:
        """Sum over the letters of uses that have ended."""
        return self._assembly.sum_over_uses(rf"{VINTAGE}, {LETTERS['until'][0]} \le {period.text}", rule)

    def sum_over_cut_short(self, period: Any, rule: Any) -> Any:
        """Sum over the letters of uses that go on, and end before the horizon does."""
        return self._assembly.sum_over_uses(rf"{VINTAGE} \le {period.text} < {LETTERS['until'][0]}", rule)

    def before(self, period: Any) -> Any:
        """Return the letter of the period before."""
        return Letter(f"{period.text}-1", "period")


def _letters(axes: Sequence[str]) -> tuple[Letter, ...]:
    """Letters of some axes."""
    return tuple(Letter(LETTERS[axis][0], axis) for axis in axes)


def _bounded(column: Name, domain: Any, low: Any, high: Any) -> str:
    """Write the kind and the bounds of a variable."""
    if domain is pyo.Binary:
        return rf"{column.latex()} \in \{{0, 1\}}"
    kind = rf"{column.latex()} \in \mathbb{{Z}}" if domain is pyo.NonNegativeIntegers else column.latex()
    top = high if high is None or isinstance(high, Expression) else Number(float(high))
    least = "0" if low is None else f"{float(low):g}"
    within = rf"{least} \le {column.latex()}" + ("" if top is None else rf" \le {top.latex()}")
    return within if domain is not pyo.NonNegativeIntegers else rf"{kind}, \quad {within}"
