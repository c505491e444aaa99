"""Why the other sites are not built."""
