"""The checkpoint directory: followed, packed when it can be, restored."""
