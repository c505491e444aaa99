"""Pages of the documentation that follow from the code: made at each build, never committed."""
