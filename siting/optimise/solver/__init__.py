"""The solver: HiGHS, its deadline, what shelters a run from Ctrl-C, and the clock that tells of it."""
