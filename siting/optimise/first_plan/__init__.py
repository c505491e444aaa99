"""A plan before any relaxation: a small location problem of one hour, then one linear problem of the sites chosen."""
