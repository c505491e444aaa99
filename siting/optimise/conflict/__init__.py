"""Why no plan exists: the limits that cannot hold together, and what each would have to give."""
