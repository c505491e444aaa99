"""Hourly series of the catalogue: weather, prices and carbon."""
