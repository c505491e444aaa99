"""Drawings: charts, maps and what they share."""
