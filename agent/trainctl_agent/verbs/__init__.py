"""One file a verb: `run` does its work and returns the result."""
