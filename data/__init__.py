"""The catalogue, the built-in studies, and what turns both into a Case."""

if __name__ != "siting.data":  # a second copy of the package would have its own classes
    raise ImportError(f"import this package as siting.data, not as {__name__}")
