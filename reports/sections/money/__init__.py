"""Sections on money: costs, returns, rent, and who pays."""
