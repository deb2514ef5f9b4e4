"""Bytes between the host and S3: HTTP, presigned GET, POST forms, parts, hashes, retries."""
