"""The checkpoint directory: looked at, settled, packed, restored."""
