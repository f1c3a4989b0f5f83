"""People who stand on a list and are registered all the same."""
