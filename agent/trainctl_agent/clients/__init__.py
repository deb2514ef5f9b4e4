"""Both ends of the daemon's socket: who is attached, and what is told."""
