"""Nobody missed: who of the hardship lists should be enrolled, is, and is not, and why."""
