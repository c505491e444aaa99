"""What came out: the plan with its tables, key figures, assumptions and provenance."""
