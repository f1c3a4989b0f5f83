"""People who are insured in another place: what they paid there, and what of it comes back."""
