"""Sections on the work: what is computed where, and what it takes."""
