"""From a case to a plan: the search, its bounds, the warm start and the replay."""
