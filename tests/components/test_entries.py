"""Entries as arrays that broadcast: what is left out, what is added up, and the order in which they are written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.models.compiler.entries import Part, merged, written
from siting.models.compiler.members import Axes, Partners, Several


def dense(*parts: Part) -> np.ndarray:
    """Sum of the entries of parts, by number and column."""
    table = np.zeros((24, 50))
    number, column, coefficient = written(parts)
    np.add.at(table, (number, column), coefficient)
    return table


@st.composite
def any_part(draw: st.DrawFn) -> Part:
    """A part over up to four dimensions, each of its arrays spread over some of them."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=0, max_size=4))
    own = draw(st.integers(0, len(sizes)))  # the last dimensions are the index's, those before are summed over

    def spread(values: st.SearchStrategy[float]) -> np.ndarray:
        shape = [size if draw(st.booleans()) else 1 for size in sizes]
        shape = shape[draw(st.integers(0, len(shape))) :]
        many = draw(st.lists(values, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
        return np.array(many).reshape(shape)

    shape = sizes[len(sizes) - own :]
    number = np.asarray(np.arange(int(np.prod(shape))).reshape(shape) % 24, dtype=np.int32)
    counts = spread(st.booleans()).astype(bool) if draw(st.booleans()) else True
    return Part(number, spread(st.integers(0, 49)), spread(st.sampled_from([0.0, 1.0, -2.5])), counts)


@given(any_part())
def test_what_does_not_count_or_is_zero_is_left_out_and_nothing_else(part: Part) -> None:
    filled = part.filled()
    assert np.all(written([filled])[2])
    assert np.count_nonzero(written([part])[2]) == len(written([filled])[2])
    np.testing.assert_array_equal(dense(filled), dense(part))


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (2, 1)])
def test_a_part_of_zeros_has_no_entry(shape: tuple[int, ...]) -> None:
    """A row of it would be one without variables, which may hold or not."""
    number = np.zeros(shape, dtype=np.int32)
    assert len(written([Part(number, 3, 0.0).filled()])[0]) == 0


def test_the_same_columns_at_the_same_keys_are_added_up() -> None:
    number, column, other = np.arange(3, dtype=np.int32), np.array([4, 5, 6]), np.array([4, 5, 6])
    parts = merged([Part(number, column, 1.0), Part(number, other, 3.0), Part(number, column, np.array([1.0, 2, 3]))])
    assert len(parts) == 2  # that the third array is equal to the first, nobody has looked
    np.testing.assert_array_equal(dense(*parts)[[0, 1, 2], [4, 5, 6]], [5.0, 6.0, 7.0])


def test_parts_with_one_entry_a_key_stand_side_by_side() -> None:
    """Key by key, so that a column in two of them has its keys in order."""
    number = np.arange(3, dtype=np.int32)
    here, before = Part(number, np.array([0, 1, 2]), 1.0), Part(number, np.array([2, 0, 1]), -1.0)
    assert written([here, before])[0].tolist() == [0, 0, 1, 1, 2, 2]
    assert written([here, before])[1].tolist() == [0, 2, 1, 0, 2, 1]


def test_rows_begin_where_their_part_says() -> None:
    """Two constraints of the same numbers are not one: the second one's rows follow the first one's."""
    number = np.arange(2, dtype=np.int32)
    parts = [Part(number, 7, 1.0), Part(number, 7, 2.0, first=2)]
    assert [array.tolist() for array in written(parts)] == [[0, 1, 2, 3], [7, 7, 7, 7], [1.0, 1.0, 2.0, 2.0]]


def test_partners_are_the_same_one_by_one_and_together() -> None:
    """Pairs in any order; a member with none has none, in front, between and behind."""
    axes = Axes({"site": ("a", "b", "c", "d", "e"), "zone": ("x", "y", "z")})
    partners = Partners("site", "zone", np.array([[3, 2], [1, 1], [1, 0]], dtype=np.int32), axes)
    assert list(partners.values()) == [(), ("y", "x"), (), ("z",), ()]
    every = Several("site", np.arange(5, dtype=np.int32))
    assert partners.count(every).tolist() == [partners.count(site) for site in "abcde"] == [0, 2, 0, 1, 0]
    padded = partners[every]
    assert [padded.positions[padded.counts[:, i], i].tolist() for i in range(5)] == [[], [1, 0], [], [2], []]
