"""The year: a design run through all 8,760 hours, and a bound that no plan beats over them."""
