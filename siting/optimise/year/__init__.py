"""The year: a design run through all 8,760 hours."""
