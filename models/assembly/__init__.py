"""Components put together: ledgers, the assembly, and the whole as the arrays that the solver takes."""
