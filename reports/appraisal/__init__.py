"""Appraisal at the stages of the notice: who has met them, rewards, deductions, consequences."""
