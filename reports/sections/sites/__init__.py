"""Sections on the sites: where they are, whether they are welcome, and how sure the choice is."""
