"""Branch and price over sites: the tree, its nodes, and plans near their mixes."""
