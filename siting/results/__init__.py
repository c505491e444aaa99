"""A plan's folder: written, read, checked."""
