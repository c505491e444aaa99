"""A plan held against what was built."""
