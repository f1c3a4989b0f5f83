"""Proofs of payment elsewhere: entering one at the person's page, who waits, deciding."""
