"""What a study chooses from its tables, looked up with all that is wrong."""
