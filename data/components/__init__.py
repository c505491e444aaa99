"""What each component takes from the catalogue, as fields of the case."""
