"""What a plan keeps: how it was found, what is claimed of it, where it comes from."""
