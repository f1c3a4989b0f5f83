"""Lists of people behind every figure, and one person from registration to rank."""
