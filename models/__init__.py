"""The optimisation model: one file a component, and the assembly that closes their ledgers."""

if __name__ != "siting.models":  # a second copy of the package would have its own classes
    raise ImportError(f"import this package as siting.models, not as {__name__}")
