"""What of a directory is more than names and content: told in the manifest, made anew, or named as lost."""
