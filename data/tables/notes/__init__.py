"""What is allowed in a study's tables and perhaps not meant."""
