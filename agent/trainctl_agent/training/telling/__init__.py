"""What the training is told by files, and the helper that reads them."""
