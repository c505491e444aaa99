"""Plans that cost nearly as little as the best: what they share, and where they differ."""
