"""What an HTTP answer means, and its content."""

import contextlib
import http.client
import re

from ..errors import describe
from ..sizes import READ
from .errors import Refused, Transient
from .http import http_drop


def http_fail(response, url):
    """Raises what an error answer means. Error bodies may be empty or no XML at all."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        text = response.read(16384).decode("utf-8", "replace")
        raise_for(response.status, text, url)
    raise_for(response.status, "", url)


def raise_for(status, text, url):
    http_drop(url)
    code = re.search("<Code>([^<]*)</Code>", text)
    message = re.search("<Message>([^<]*)</Message>", text)
    code, message = (code.group(1) if code else ""), (message.group(1) if message else "")
    if status >= 500 or status == 429 or code in ("RequestTimeout", "SlowDown"):
        raise Transient("%s %s" % (status, code or "server error"))
    raise Refused(status, code, message)


def response_pieces(response, url):
    while True:
        try:
            piece = response.read(READ)
        except (http.client.HTTPException, OSError) as error:
            http_drop(url)
            raise Transient(describe(error))
        if not piece:
            return
        yield piece


def drain(response, url):
    """Reads an answer whose body says nothing, so that its connection can be used again."""
    try:
        response.read()
    except (http.client.HTTPException, OSError):
        http_drop(url)
