"""What a component states its numbers with: rows, tables, numbers, and the choice that they are worked out from."""
