"""Many cases of one study, each a plan of its own: what is varied, the work, and what came of it."""
