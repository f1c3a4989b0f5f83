"""Rosters: a department's list of people becomes marks, through a check that a person accepts."""
