"""Uploads by a presigned PUT."""

from .answers import drain, http_fail
from .bodies import counted
from .http import http_open


def put_part(url, body, timeout, sent):
    """One part by its presigned URL; returns the ETag. `sent` hears of bytes that the connection has taken."""
    response = http_open("PUT", url, {"Content-Length": str(body.length)}, lambda: counted(body, sent), timeout)
    if response.status != 200:
        http_fail(response, url)
    drain(response, url)
    return response.getheader("ETag") or ""
