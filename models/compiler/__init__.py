"""Rules evaluated over many members at once, and what comes out as entries of a matrix."""
