"""The key figures: name, unit, definition and standard of each."""
