"""A plan's books: cost, carbon, cash flow, tax and audit, worked out with numpy and never from the model."""
