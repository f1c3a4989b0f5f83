"""Registrations that end for a reason, and what goes back: asked, approved, sent, closed."""
