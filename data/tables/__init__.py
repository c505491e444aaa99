"""The tables of the catalogue: their schema, their readers, and the rows that a study chooses."""
