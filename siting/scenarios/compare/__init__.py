"""Plans side by side: what they cost, what moved, and what was asked otherwise."""
