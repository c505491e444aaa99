"""Standard forms in an order of their own: by the names of rows and columns."""

from __future__ import annotations

from siting.models.standard_form import StandardForm

Row = tuple[float, float, frozenset[tuple[str, float]]]


def rows_by_name(form: StandardForm) -> dict[str, Row]:
    """Bounds and coefficients of each row, by its name; the form's model must still exist."""
    matrix = form.matrix.tocsr()
    names = [column.name for column in form.columns]
    rows = {}
    for i, row in enumerate(form.rows):
        span = slice(matrix.indptr[i], matrix.indptr[i + 1])
        entries = frozenset(
            (names[j], round(float(value), 9))
            for j, value in zip(matrix.indices[span], matrix.data[span], strict=True)
            if value  # the compiler keeps explicit zeros
        )
        rows[row.name] = (float(form.row_lower[i]), float(form.row_upper[i]), entries)
    return rows


def costs_by_name(form: StandardForm) -> dict[str, float]:
    """Cost of each column, by its name."""
    return {column.name: round(float(cost), 12) for column, cost in zip(form.columns, form.cost, strict=True)}
