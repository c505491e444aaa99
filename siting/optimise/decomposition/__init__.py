"""Column generation over sites: blocks, pricing, the restricted master, Lagrangian bounds."""
