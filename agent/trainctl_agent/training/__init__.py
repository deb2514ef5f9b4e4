"""The process tree: its environment, start, signals, exit and last lines."""
