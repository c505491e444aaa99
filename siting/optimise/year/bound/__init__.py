"""A bound that no plan beats over the year: cuts, master and prices."""
