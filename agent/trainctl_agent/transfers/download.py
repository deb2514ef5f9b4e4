"""Presigned GET: what is downloaded, whole and verified."""

import hashlib
import time

from ..errors import AgentError
from .answers import http_fail, response_pieces
from .errors import Refused, Transient
from .http import http_drop, http_open
from .retries import backoff


def download(url, path, size=None, sha256=None, meter=None, patience=6):
    """Downloads into `path`, going on where a cut connection stopped; returns the number of bytes.

    `patience` is the number of failures in a row without a single new byte. The file is whole and verified on return,
    and the caller renames it into place.
    """
    digest, have, etag, failures = hashlib.sha256(), 0, None, 0
    with open(path, "wb") as file:
        while True:
            before = have
            headers = {"Accept-Encoding": "identity"}
            if have:
                headers["Range"] = "bytes=%d-" % have
                if etag:
                    headers["If-Match"] = etag
            try:
                response = http_open("GET", url, headers)
                if response.status in (412, 416) and have:
                    http_drop(url)
                    restart = True
                elif response.status not in (200, 206):
                    http_fail(response, url)
                else:
                    restart = bool(have) and response.status == 200
                if restart or not have:
                    digest, etag = hashlib.sha256(), response.getheader("ETag")
                    file.seek(0)
                    file.truncate()
                    if meter and have:
                        meter.add(-have)
                    have = 0
                if response.status in (200, 206):
                    left = response.getheader("Content-Length")
                    left = int(left) if left is not None else None
                    if size is not None and left is not None and have + left != size:
                        raise AgentError(
                            "corrupt",
                            "%s: %d bytes were announced, the server has %d" % (url.split("?")[0], size, have + left),
                        )
                    for piece in response_pieces(response, url):
                        file.write(piece)
                        digest.update(piece)
                        have += len(piece)
                        if meter:
                            meter.add(len(piece))
                        if left is not None:
                            left -= len(piece)
                    if not left:
                        break
                    http_drop(url)
                    raise Transient("the connection ended %d bytes early" % left)
                raise Transient("the object changed while it was downloaded")
            except Refused as error:
                # An URL that has expired is replaced by a repeat; a refusal of the object itself stays.
                final = error.status in (403, 404, 410) and not error.expired
                raise AgentError("refused" if final else "transfer", "download of %s: %s" % (url.split("?")[0], error))
            except Transient as error:
                failures = 1 if have > before else failures + 1
                if failures > patience:
                    raise AgentError("transfer", "download of %s: %s" % (url.split("?")[0], error))
                time.sleep(backoff(failures - 1))
    if size is not None and have != size:
        raise AgentError("corrupt", "%s: %d bytes were announced, %d came" % (url.split("?")[0], size, have))
    if sha256 and digest.hexdigest() != sha256:
        raise AgentError(
            "corrupt", "%s: its sha256 is %s, expected %s" % (url.split("?")[0], digest.hexdigest(), sha256)
        )
    return have
