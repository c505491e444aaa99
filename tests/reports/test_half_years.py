"""The middle of a year as reports write it."""

from __future__ import annotations

from siting.reports.document import Table, TableColumn
from siting.reports.text.words import Words


def test_the_middle_of_a_year_is_written_in_words() -> None:
    """A period that begins in 2028.5 begins in the middle of 2028; a date of 2028.3 stays a decimal year."""
    assert [Words("en").year(year) for year in (2028, 2028.5, 2028.3)] == ["2028", "mid 2028", "2028.3"]
    assert [Words("id").year(year) for year in (2028, 2028.5)] == ["2028", "pertengahan 2028"]
    table = Table("t", "", (TableColumn("period", "From", "label"),), ((2028.5,), (2029.0,)), 0, False)
    assert Words("en").cells(table, 0) == ["mid 2028", "2029"]
