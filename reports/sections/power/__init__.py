"""Sections on power: connections, dates, hours and contracts."""
