"""What lives beside the training, from its start to the last word."""
