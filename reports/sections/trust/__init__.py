"""Sections on how sure a reader may be: assumptions, grades, the year, and what may come."""
