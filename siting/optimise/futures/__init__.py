"""Decisions before it is known which future comes, and what answers to it."""
