"""Commands over many plans."""
