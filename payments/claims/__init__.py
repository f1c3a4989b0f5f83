"""Claims of payment: what people say they paid and nobody has seen arrive."""
