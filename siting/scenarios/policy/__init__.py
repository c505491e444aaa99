"""What each instrument of policy would change: a standard table of instruments and their effects."""
