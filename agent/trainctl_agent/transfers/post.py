"""Uploads by a form, under a POST policy."""

import os
import urllib.parse

from .answers import drain, http_fail
from .bodies import counted
from .errors import Transient
from .http import http_drop, http_open


def post_object(grant, key, body, timeout=20.0, sent=lambda count: None):
    """One POST of an object under a policy: the grant's fields in order and unchanged, the file last. `sent` hears of
    bytes that the connection has taken."""
    boundary = "trainctl-" + os.urandom(16).hex()
    fields = list(grant["fields"].items()) + [("key", key)]
    head = "".join(
        '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value)
        for name, value in fields
    )
    head += (
        '--%s\r\nContent-Disposition: form-data; name="file"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n" % boundary
    )
    head, tail = head.encode("utf-8"), ("\r\n--%s--\r\n" % boundary).encode()
    headers = {
        "Content-Type": "multipart/form-data; boundary=" + boundary,
        "Content-Length": str(len(head) + body.length + len(tail)),
    }

    def pieces():
        yield head
        yield from counted(body, sent)
        yield tail

    url = grant["url"]
    for _ in range(3):
        response = http_open("POST", url, headers, pieces, timeout)
        if response.status == 307 and response.getheader("Location"):
            http_drop(url)
            url = urllib.parse.urljoin(url, response.getheader("Location"))
            continue
        if response.status not in (200, 201, 204):
            http_fail(response, url)
        return drain(response, url)
    raise Transient("redirected three times")
