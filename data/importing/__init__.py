"""Weather and hours of a user's own files, turned into tables that a study takes."""
