"""What the run leaves: found and uploaded."""
