"""Words and labels, in each language."""
