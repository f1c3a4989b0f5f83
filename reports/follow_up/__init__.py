"""The calendar of what a notice has reported, circulated, ranked and appraised."""
