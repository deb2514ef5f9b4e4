"""The code snapshot, unpacked."""
