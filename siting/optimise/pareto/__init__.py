"""Fronts by epsilon constraints: one limit at many values."""
