"""Every number that the model needs, checked, joined and in model units; and what a solve decides."""
