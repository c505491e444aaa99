"""Rules, blocks and keys are typed: few annotations in models/ are, or contain, `Any`, under whatever name."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

MODELS = Path(__file__).resolve().parents[2] / "models"
MOST_FRACTION = 0.08
WORST_COUNT = 5


def names_in(node: ast.AST) -> set[str]:
    """Names that an expression is made of, those in quotes too."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            found |= names_in(ast.parse(part.value, mode="eval")) if part.value.strip().isidentifier() else set()
    return found


def aliases(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Names given to types in a module, with the names that they are made of."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and not isinstance(statement.value, ast.Constant):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, names_in(statement.value)


def annotations(tree: ast.Module) -> Iterator[ast.expr]:
    """Types of parameters, of what functions return, and of variables."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
            yield node.returns


def untyped(sources: Mapping[str, str]) -> tuple[Counter[str], int]:
    """Count the annotations of each module that are, or contain, `Any` or a name for it; and all annotations."""
    trees = {name: ast.parse(source) for name, source in sources.items()}
    known = [alias for tree in trees.values() for alias in aliases(tree)]
    open_names = {"Any"}
    while more := {name for name, parts in known if parts & open_names} - open_names:
        open_names |= more
    every = [(name, annotation) for name, tree in trees.items() for annotation in annotations(tree)]
    return Counter(name for name, annotation in every if names_in(annotation) & open_names), len(every)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a: Any, *b: int, c: str = '', **d: typing.Any) -> dict[str, Any]: ...", (3, 5)),
        ("class C:\n    a: int\n    b: 'Any'\n    def m(self) -> None:\n        self.c: Any = 0", (2, 4)),
        ("Rule = Callable[..., Any]\nRules = list[Rule]\ndef f(a: Rules, b: str) -> None: ...", (1, 3)),
        ("x = Any\ny: int = 0", (0, 1)),
    ],
)
def test_any_is_counted_under_every_name(source: str, expected: tuple[int, int]) -> None:
    found, count = untyped({"module": source})
    assert (found.total(), count) == expected


def test_models_are_typed() -> None:
    sources = {str(path.relative_to(MODELS)): path.read_text("utf-8") for path in sorted(MODELS.rglob("*.py"))}
    found, count = untyped(sources)
    assert count > len(sources)
    fraction = found.total() / count
    assert fraction < MOST_FRACTION, f"{fraction:.1%} of {count}; the most in {found.most_common(WORST_COUNT)}"
