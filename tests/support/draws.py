"""Properties that hypothesis draws cases for: a few whenever tests run, many in the long run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings

Property = Callable[..., None]


def drawn(*strategies: Any, few: int, many: int, **named: Any) -> Callable[[Property], Callable[[int], None]]:
    """Make a test of a property, of so many draws; with many it is marked slow, so that nothing is lost.

    With few being none, the property is one of the long studies only. One draw would be the simplest there is.
    """

    def make(holds: Property) -> Callable[[int], None]:
        @pytest.mark.parametrize("draws_count", [*([few] if few else []), pytest.param(many, marks=pytest.mark.slow)])
        def test(draws_count: int) -> None:
            settings(max_examples=draws_count)(given(*strategies, **named)(holds))()

        for name in ("__name__", "__qualname__", "__module__", "__doc__"):  # no `wraps`: its arguments are no fixtures
            setattr(test, name, getattr(holds, name))
        return test

    return make
