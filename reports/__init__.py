"""Reports written from a saved Plan."""

if __name__ != "siting.reports":  # a second copy of the package would have its own classes
    raise ImportError(f"import this package as siting.reports, not as {__name__}")
