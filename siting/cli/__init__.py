"""The command line, and what prints in a terminal."""
