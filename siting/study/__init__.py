"""What is asked, as a person writes it."""
