"""Log and metrics, followed and cut into segments."""
