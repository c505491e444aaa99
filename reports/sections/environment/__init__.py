"""Sections on cooling, water, carbon and climate."""
