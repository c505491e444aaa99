"""What may come: one design for many futures, the best for each, and what knowing would be worth."""
