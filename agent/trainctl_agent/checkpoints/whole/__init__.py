"""What of the checkpoint directory is whole, and which step it belongs to."""
