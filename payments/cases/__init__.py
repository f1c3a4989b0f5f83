"""The exceptions desk: open payments by cause, one case side by side, what is decided of it."""
