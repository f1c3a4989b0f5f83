"""Rankings: frozen at their cut-off, published when the books hold, never changed."""
