"""HTTP, one connection for each thread and server."""

import http.client
import ssl
import threading
import urllib.parse
import urllib.request

from ..errors import AgentError, describe
from .errors import Transient

_connections = threading.local()


def _connect(parts, timeout):
    """A connection to the server of an URL, through the proxy of the environment where one is set for it."""
    secure = parts.scheme == "https"
    host, port = parts.hostname, parts.port or (443 if secure else 80)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        via = urllib.parse.urlsplit(proxy if "//" in proxy else "//" + proxy)
        if secure:
            made = http.client.HTTPSConnection(
                via.hostname, via.port or 8080, timeout=timeout, context=ssl.create_default_context()
            )
            made.set_tunnel(host, port)
            return made, False
        return http.client.HTTPConnection(via.hostname, via.port or 8080, timeout=timeout), True
    if secure:
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=ssl.create_default_context()), False
    return http.client.HTTPConnection(host, port, timeout=timeout), False


def http_drop(url):
    """Closes this thread's connection to a server: after an unread answer or an error it cannot be used again."""
    parts = urllib.parse.urlsplit(url)
    entry = getattr(_connections, "pool", {}).pop((parts.scheme, parts.netloc), None)
    if entry:
        entry[0].close()


def http_open(method, url, headers=None, body=None, timeout=20.0):
    """Sends one request on this thread's connection and returns the response, unread.

    `body` is bytes or a function that makes an iterator of bytes (then headers hold Content-Length: S3 takes no chunked
    encoding). A kept connection that the server has closed meanwhile is replaced once. A server that refuses early and
    closes is still heard. Every network trouble is a Transient.
    """
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AgentError("bad-request", "not an http(s) URL: %r" % url.split("?")[0])
    pool = _connections.__dict__.setdefault("pool", {})
    key = (parts.scheme, parts.netloc)
    target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    while True:
        reused = key in pool
        if not reused:
            pool[key] = _connect(parts, timeout)
        connection, absolute = pool[key]
        connection.timeout = timeout
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            try:
                connection.request(
                    method, url if absolute else target, body=body() if callable(body) else body, headers=headers or {}
                )
            except (BrokenPipeError, ConnectionResetError):
                response = connection.getresponse()
                pool.pop(key, None)
                return response
            return connection.getresponse()
        except (http.client.HTTPException, OSError) as error:
            http_drop(url)
            if reused and isinstance(error, (ConnectionError, http.client.BadStatusLine)):
                continue
            raise Transient("%s %s: %s" % (method, parts.netloc, describe(error)))
        except BaseException:
            http_drop(url)
            raise
