"""The tables of a plan, one subject a file."""
