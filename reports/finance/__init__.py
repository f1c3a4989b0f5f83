"""Money of a campaign: received, given back, subsidised, due; fiscal money due and received."""
