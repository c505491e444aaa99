"""The machines of a plant."""
