"""What the catalogue says of places: sites with power, land, water, law and weather."""
