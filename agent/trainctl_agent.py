#!/usr/bin/env python3
"""The trainctl agent: what runs on an instance, and all that trainctl asks of an image besides python3 and sshd.

One file, Python >= 3.8, standard library only, so that it can be put on any host by its hash and run with the system's
own python3. `python3 trainctl_agent.py VERB` reads one JSON document on stdin and answers in JSON lines on stdout; see
docs/agent-protocol.md. The host holds no cloud credentials: reads are presigned GET URLs, writes are POST policies.

Sections: answers and files · HTTP · transfers · archives · sync · install · fetch · restore · processes · the daemon's
parts (log, metrics, uploads, notices, checkpoints, outputs, clients) · the daemon · verbs.
"""

import argparse
import calendar
import concurrent.futures
import contextlib
import ctypes
import errno
import fcntl
import glob
import gzip
import hashlib
import http.client
import json
import math
import os
import queue
import random
import re
import select
import shlex
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request

MIB = 1 << 20
READ = MIB
"""Everything is read in pieces of this size, so memory does not grow with files."""
THREADS = 8
CHUNK = 64 * MIB
"""Files of a checkpoint are cut into parts of this size; a changed part is sent again, the others are not."""
SEGMENT = 8 * MIB
"""Largest log segment, and the size from which small segments are compacted into one."""
PIECES = 64
"""A slow log is compacted after this many segments, so that a reader never needs thousands of requests."""
SETTLE_SECONDS = 2.0
"""A checkpoint directory that has not changed for so long is at rest: it is packed."""
BASH_GOES_ON = 1.0
"""How long a bash whose child has ended by TERM may take to report it before it is told TERM itself."""
TAIL_BYTES = 2048
"""What of the last lines goes with the last word, through a workflow's history."""
POST_LIMIT = 5 << 30
"""S3 refuses a POST (and a PUT) of more than 5 GiB."""
LAST_UPLOAD = 900.0
"""How long the last uploads may go on after the process while bytes move, whatever the lease says. The workflow and the
dead-man timer wait as long (LAST_UPLOAD_SECONDS of the contract)."""
STANDSTILL = 30.0
"""How long they may stand still then."""
ANSWER_SECONDS = 300.0
"""How long a file that is too large for one POST waits for somebody who gives URLs for its parts: a worker that died has been
replaced well before."""


# ---------------------------------------------------------------------------------------------- answers and files


class AgentError(Exception):
    """An error with one of the stable codes of contract/agent.ts."""

    def __init__(self, code, message, tail=None):
        super().__init__(message)
        self.code, self.message, self.tail = code, message, tail


class Changed(Exception):
    """A file changed while it was read: what was read is not one state of it."""


class Interrupted(BaseException):
    """The verb's connection is gone, or the host ends it. No handler of network errors may take it for one."""


class Aborted(Exception):
    """Work that something more urgent has made useless."""


_out_lock = threading.Lock()


def emit(event):
    """One JSON line on stdout. A closed stdout ends the verb: nobody waits for its answer."""
    line = json.dumps(event, allow_nan=False) + "\n"
    with _out_lock:
        sys.stdout.write(line)
        sys.stdout.flush()


def progress(message, done=None, total=None):
    event = {"t": "progress", "message": message}
    if done is not None:
        event["done"] = done
    if total is not None:
        event["total"] = total
    emit(event)


def note(message):
    """A line in the agent's own log (its stderr), which must not fill a disk either."""
    with contextlib.suppress(OSError, ValueError):
        if stat.S_ISREG(os.fstat(2).st_mode) and os.fstat(2).st_size > 4 * MIB:
            os.ftruncate(2, 0)
        os.write(2, ("%s %s\n" % (iso(time.time()), message)).encode("utf-8", "replace"))


def iso(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + ".%03dZ" % int(seconds % 1 * 1000)


def size_text(count):
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024 or unit == "GiB":
            return ("%d %s" if unit == "B" else "%.1f %s") % (count, unit)
        count /= 1024.0
    return ""


def home():
    return os.path.expanduser("~")


def node_dir(request):
    """The node's folder of a request, absolute. It is always below ~/trainctl."""
    value = request.get("dir")
    if not isinstance(value, str) or not value:
        raise AgentError("bad-request", "`dir` is missing: the node's folder, relative to the home directory")
    return inside(home(), value, "dir")


def relative(path, what="path"):
    """A relative path in its simplest form ('' for the folder itself); refuses one that leaves its folder."""
    if not isinstance(path, str) or "\0" in path:
        raise AgentError("hostile", "%s is not a path: %r" % (what, path))
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith("/") or ".." in parts:
        raise AgentError("hostile", "%s %r would leave its folder" % (what, path))
    return "/".join(parts)


def inside(root, path, what="path"):
    """`path` below `root`. A link on the way that leads out of `root` is refused as well."""
    full = os.path.join(root, relative(path, what)).rstrip("/")
    real_root = os.path.realpath(root)
    parent = os.path.realpath(os.path.dirname(full)) if full != root.rstrip("/") else real_root
    if parent != real_root and not parent.startswith(real_root.rstrip("/") + "/"):
        raise AgentError("hostile", "%s %r leads through a link out of its folder" % (what, path))
    return full


def link_stays(root, link_path, target):
    """Whether a link at `link_path` (relative to root) with that target stays below root, read word by word."""
    if not target or target.startswith("/") or "\0" in target:
        return False
    depth = len([p for p in os.path.dirname(link_path).split("/") if p])
    for part in target.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return False
    return True


def links_stay(root, links):
    """Whether no link leads out of root once all of them exist: links may lead through links."""
    real = os.path.realpath(root)
    for link in links:
        end = os.path.realpath(os.path.join(root, link))
        if end != real and not end.startswith(real + "/"):
            return link
    return None


def write_atomic(path, data, mode=0o600):
    """Readers see the old content or the new one, never a half, also after a crash."""
    temp = "%s.%d.%d.tmp" % (path, os.getpid(), threading.get_ident())
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temp)
        raise


def write_json(path, value):
    write_atomic(path, json.dumps(value, allow_nan=False).encode())


def read_json(path):
    """The document, or None when there is none (or a broken one)."""
    try:
        with open(path, "rb") as file:
            return json.loads(file.read().decode("utf-8"))
    except (OSError, ValueError):
        return None


def make_state(directory):
    os.makedirs(directory, exist_ok=True)
    state = os.path.join(directory, "state")
    os.makedirs(state, mode=0o700, exist_ok=True)
    return state


@contextlib.contextmanager
def locked(directory, name, quiet=False):
    """One verb of a kind at a time for a node: a retry waits for the one whose connection was lost."""
    fd = os.open(os.path.join(make_state(directory), name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        waited = 0.0
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                if waited % 5 == 0 and not quiet:
                    progress("waiting for an earlier %s to end" % name)
                time.sleep(0.25)
                waited += 0.25
        yield fd
    finally:
        with contextlib.suppress(OSError):
            os.close(fd)


def remove(path):
    """Removes a file, link or tree; folders that forbid it are opened first."""
    if os.path.islink(path) or not os.path.isdir(path):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        return

    def retry(function, name, _info):
        with contextlib.suppress(OSError):
            os.chmod(os.path.dirname(name), 0o700)
            os.chmod(name, 0o700)
            function(name)

    shutil.rmtree(path, onerror=retry)


def temp_dir(directory, name):
    """A fresh folder beside the target, on the same disk, so that it can be renamed into place."""
    base = os.path.join(directory, "tmp")
    os.makedirs(base, exist_ok=True)
    return tempfile.mkdtemp(prefix=name + "-", dir=base)


def replace_dir(source, target):
    """Puts a finished folder in place of whatever is there."""
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.lexists(target):
        old = tempfile.mkdtemp(prefix=".old-", dir=os.path.dirname(target))
        os.rename(target, os.path.join(old, "x"))
        os.rename(source, target)
        remove(old)
    else:
        os.rename(source, target)


def check_space(path, needed, what):
    free = shutil.disk_usage(path).free
    if needed > free:
        raise AgentError("disk-full", "%s needs %d bytes (%s), %d bytes (%s) are free: give the run a larger "
                         "`resources.disk`" % (what, needed, size_text(needed), free, size_text(free)))


@contextlib.contextmanager
def disk_errors(path, what):
    """ENOSPC in the middle of a write becomes the code that people can act on."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise AgentError("disk-full", "%s: no space left on the disk (%s free): give the run a larger `resources.disk`"
                         % (what, size_text(shutil.disk_usage(path).free)))


def parallel(function, items):
    """Runs function on every item in THREADS threads; the first error stops what has not begun, and is raised."""
    items = list(items)
    if len(items) <= 1:
        return [function(item) for item in items]
    with concurrent.futures.ThreadPoolExecutor(min(THREADS, len(items))) as pool:
        futures = [pool.submit(function, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            for future in futures:
                future.cancel()
            raise


class Meter:
    """Progress of many transfers together, at most one line a second."""

    def __init__(self, what, total):
        self.what, self.total, self.done, self.last = what, total, 0, 0.0
        self.lock = threading.Lock()

    def add(self, count):
        with self.lock:
            self.done += count
            if time.monotonic() - self.last < 1:
                return
            self.last = time.monotonic()
            progress(self.what, max(self.done, 0), self.total)


# ---------------------------------------------------------------------------------------------- HTTP


class Transient(Exception):
    """Worth repeating: the network, or a server that asks for patience."""


class Refused(Exception):
    """An answer that a repeat will not change."""

    def __init__(self, status, code, message):
        super().__init__("%s %s%s" % (status, code or "refused", ": " + message if message else ""))
        self.status, self.code, self.expired = status, code, "expired" in (message + code).lower()


_connections = threading.local()


def _connect(parts, timeout):
    """A connection to the server of an URL, through the proxy of the environment where one is set for it."""
    secure = parts.scheme == "https"
    host, port = parts.hostname, parts.port or (443 if secure else 80)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(host):
        via = urllib.parse.urlsplit(proxy if "//" in proxy else "//" + proxy)
        if secure:
            made = http.client.HTTPSConnection(via.hostname, via.port or 8080, timeout=timeout,
                                               context=ssl.create_default_context())
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
                connection.request(method, url if absolute else target, body=body() if callable(body) else body,
                                   headers=headers or {})
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


def describe(error):
    return str(error) or type(error).__name__


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


def backoff(attempt):
    """Seconds before a repeat: doubling from half a second to 15 s, jittered so that hosts do not march in step."""
    return min(15.0, 0.5 * 2 ** attempt) * random.uniform(0.5, 1.0)


# ---------------------------------------------------------------------------------------------- transfers


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
                        raise AgentError("corrupt", "%s: %d bytes were announced, the server has %d"
                                         % (url.split("?")[0], size, have + left))
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
                raise AgentError("transfer", "download of %s: %s" % (url.split("?")[0], error))
            except Transient as error:
                failures = 1 if have > before else failures + 1
                if failures > patience:
                    raise AgentError("transfer", "download of %s: %s" % (url.split("?")[0], error))
                time.sleep(backoff(failures - 1))
    if size is not None and have != size:
        raise AgentError("corrupt", "%s: %d bytes were announced, %d came" % (url.split("?")[0], size, have))
    if sha256 and digest.hexdigest() != sha256:
        raise AgentError("corrupt", "%s: its sha256 is %s, expected %s"
                         % (url.split("?")[0], digest.hexdigest(), sha256))
    return have


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


class Bytes:
    """A body in memory."""

    def __init__(self, data):
        self.data, self.length = data, len(data)

    def pieces(self):
        yield self.data


class FileRange:
    """A piece of a file as a body. With `sha256`, the last bytes are held back until all the others proved right: S3
    stores nothing of a body that is cut, so an object named by its hash never holds other content."""

    def __init__(self, path, offset, length, sha256=None):
        self.path, self.offset, self.length, self.sha256 = path, offset, length, sha256
        self.digest, self.aborted = hashlib.sha256(), lambda: False

    def pieces(self):
        self.digest, left, held = hashlib.sha256(), self.length, b""
        with open(self.path, "rb", buffering=0) as file:
            file.seek(self.offset)
            while left:
                if self.aborted():
                    raise Aborted()
                piece = file.read(min(READ, left))
                if not piece:
                    raise Changed("%s shrank while it was read" % self.path)
                self.digest.update(piece)
                left -= len(piece)
                if held:
                    yield held
                held = piece
        if self.sha256 and self.digest.hexdigest() != self.sha256:
            raise Changed("%s changed while it was read" % self.path)
        if held:
            yield held


def hash_range(path, offset, length):
    digest, left = hashlib.sha256(), length
    with open(path, "rb", buffering=0) as file:
        file.seek(offset)
        while left:
            piece = file.read(min(READ, left))
            if not piece:
                raise Changed("%s shrank while it was read" % path)
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def counted(body, sent):
    """The pieces of a body; `sent` hears of each when the connection has taken it."""
    for piece in body.pieces():
        yield piece
        sent(len(piece))


def drain(response, url):
    """Reads an answer whose body says nothing, so that its connection can be used again."""
    try:
        response.read()
    except (http.client.HTTPException, OSError):
        http_drop(url)


def post_object(grant, key, body, timeout=20.0, sent=lambda count: None):
    """One POST of an object under a policy: the grant's fields in order and unchanged, the file last. `sent` hears of bytes
    that the connection has taken."""
    boundary = "trainctl-" + os.urandom(16).hex()
    fields = list(grant["fields"].items()) + [("key", key)]
    head = "".join('--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (boundary, name, value)
                   for name, value in fields)
    head += ('--%s\r\nContent-Disposition: form-data; name="file"\r\n'
             'Content-Type: application/octet-stream\r\n\r\n' % boundary)
    head, tail = head.encode("utf-8"), ("\r\n--%s--\r\n" % boundary).encode()
    headers = {"Content-Type": "multipart/form-data; boundary=" + boundary,
               "Content-Length": str(len(head) + body.length + len(tail))}

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


class Uploads:
    """All writes of a node: the grants now in force, and retries that know when the host must be done."""

    def __init__(self, grants):
        self.condition = threading.Condition()
        self.grants, self.version, self.succeeded = grants, 0, time.time()
        # When bytes have last moved, and how many in all.
        self.moved, self.sent = 0.0, 0

    def renew(self, grants):
        with self.condition:
            self.grants, self.version = grants, self.version + 1
            self.condition.notify_all()

    def count(self, count):
        with self.condition:
            self.moved, self.sent = time.time(), self.sent + count

    def grant(self, which):
        with self.condition:
            own = self.grants.get("outputs", {}).get(str(which)) if which is not None else None
            return own or self.grants["node"], self.version, own is not None

    def newer(self, version, seconds):
        """Waits for grants newer than `version`."""
        with self.condition:
            return self.condition.wait_for(lambda: self.version != version, max(0.0, seconds))

    def put(self, name, body, deadline, which=None, aborted=lambda: False, counts=True):
        """Uploads to `name` below the node's prefix, or below output `which`'s. `deadline()` is in epoch seconds and may
        move; a refusal is final unless the grant has expired and a new one comes in time. What does not count says nothing
        of whether the work of the process moves: nobody waits for it."""
        attempt, sent = 0, self.count if counts else lambda count: None
        while True:
            if aborted():
                raise Aborted()
            grant, version, _ = self.grant(which)
            try:
                post_object(grant, grant["keyPrefix"] + name, body, max(2.0, min(20.0, deadline() - time.time())), sent)
                self.succeeded = time.time()
                return
            except Refused as error:
                old = error.expired or grant.get("expires", math.inf) <= time.time()
                if not self.newer(version, min(30.0, deadline() - time.time()) if old else 0):
                    raise
            except Transient:
                pause = backoff(attempt)
                attempt += 1
                if time.time() + pause >= deadline():
                    raise
                self.newer(version, pause)


def put_part(url, body, timeout, sent):
    """One part by its presigned URL; returns the ETag. `sent` hears of bytes that the connection has taken."""
    response = http_open("PUT", url, {"Content-Length": str(body.length)}, lambda: counted(body, sent), timeout)
    if response.status != 200:
        http_fail(response, url)
    drain(response, url)
    return response.getheader("ETag") or ""


class Stale(Exception):
    """The URLs of an upload in parts are of no use any more: they have expired, or the upload is gone."""


class LargeFiles:
    """Files that are too large for one POST: whoever is attached gives URLs for their parts, and joins them."""

    def __init__(self, shared, uploads, deadline, patience):
        self.shared, self.uploads, self.deadline, self.patience = shared, uploads, deadline, patience
        self.condition, self.answers, self.asked = threading.Condition(), {}, 0

    def put(self, index, real, name, size):
        """Uploads one file; returns its sha256. Its parts are hashed before, so that all are of one state of it."""
        for last in (False, False, True):
            plan = self.ask({"t": "large", "index": index, "name": name, "bytes": size}, "parts")
            parts, digest = self.cut(real, size, plan)
            try:
                etags = parallel(lambda part: self.send(*part), parts)
            except Stale:
                if last:
                    raise Transient("the URLs of its parts kept expiring")
                continue
            joined = hashlib.sha256("".join(etags).encode()).hexdigest()
            self.ask({"t": "join", "index": index, "name": name, "bytes": size, "etags": joined}, "joined")
            return digest
        raise Transient("its parts could not be sent")

    def cut(self, real, size, plan):
        """[(url, body)] of the parts, and the sha256 of the whole."""
        whole, parts, length = hashlib.sha256(), [], plan["partBytes"]
        with open(real, "rb", buffering=0) as file:
            for number, url in enumerate(plan["urls"]):
                digest, left = hashlib.sha256(), min(length, size - number * length)
                body = FileRange(real, number * length, left)
                while left:
                    piece = file.read(min(READ, left))
                    if not piece:
                        raise Changed("%s shrank while it was read" % real)
                    whole.update(piece)
                    digest.update(piece)
                    left -= len(piece)
                    self.uploads.count(len(piece))  # reading for minutes is no standstill
                body.sha256 = digest.hexdigest()
                parts.append((url, body))
        return parts, whole.hexdigest()

    def send(self, url, body):
        attempt = 0
        while True:
            try:
                timeout = max(2.0, min(20.0, self.deadline() - time.time()))
                etag = put_part(url, body, timeout, self.uploads.count)
                self.uploads.succeeded = time.time()
                return etag
            except Refused as error:
                if error.expired or error.code == "NoSuchUpload":
                    raise Stale()
                raise
            except Transient:
                pause = backoff(attempt)
                attempt += 1
                if time.time() + pause >= self.deadline():
                    raise
                time.sleep(pause)

    def ask(self, event, wanted):
        """Says the event to whoever is attached, now and later, until it is answered or nobody has for too long."""
        with self.condition:
            self.asked += 1
            event = dict(event, id=str(self.asked))
        until = time.time() + self.patience
        with self.shared.lock:
            self.shared.asking[event["id"]] = event
            self.shared.send(event)
        try:
            with self.condition:
                while not self.answered(event["id"], wanted):
                    left = min(until, self.deadline()) - time.time()
                    if left <= 0:
                        raise Transient("%s is too large for one upload, and nobody gave URLs for its parts in time"
                                        % size_text(event["bytes"]))
                    self.condition.wait(min(left, 1.0))
                answer = self.answers[event["id"]]
        finally:
            with self.shared.lock:
                self.shared.asking.pop(event["id"], None)
            with self.condition:
                self.answers.pop(event["id"], None)
        if answer["t"] == "refused":
            raise ValueError("it cannot be uploaded in parts: %s" % str(answer.get("why"))[:200])
        return answer

    def answered(self, number, wanted):
        answer = self.answers.get(number)
        if not answer or answer["t"] == "refused":
            return bool(answer)
        return answer["t"] == wanted and (wanted != "parts" or len(answer["urls"]) == answer["count"])

    def hear(self, answer):
        """A line of whoever is attached. URLs come in several; the first of them begins anew."""
        number = answer["id"]
        with self.condition:
            if number not in self.shared.asking:
                return
            before = self.answers.get(number)
            if answer["t"] == "parts" and answer["first"] > 1:
                if not before or before["t"] != "parts" or len(before["urls"]) != answer["first"] - 1:
                    return
                answer = dict(before, urls=before["urls"] + answer["urls"])
            self.answers[number] = answer
            self.condition.notify_all()


# ---------------------------------------------------------------------------------------------- archives and sync


def make_parents(root, path):
    """Makes the folders above `path` (relative), and refuses to go through anything that is not a real folder."""
    current = root
    for part in path.split("/")[:-1]:
        current = os.path.join(current, part)
        try:
            mode = os.lstat(current).st_mode
        except FileNotFoundError:
            os.mkdir(current, 0o755)
            continue
        if not stat.S_ISDIR(mode):
            raise AgentError("hostile", "%r would be written through %r, which is no folder" % (path, part))
    return os.path.join(root, path)


def untar(stream, root):
    """Unpacks a tar into the empty folder `root`. Archives are hostile: own checks, not tarfile's extractall."""
    files, size, links, folders, now = 0, 0, [], [], time.time()
    with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as archive:
        for member in archive:
            path = relative(member.name, "archive member")
            if not path:
                continue
            full = make_parents(root, path)
            there = os.path.lexists(full)
            if member.isdir():
                if there and not (os.path.isdir(full) and not os.path.islink(full)):
                    raise AgentError("hostile", "archive member %r replaces a file by a folder" % member.name)
                if not there:
                    os.mkdir(full, 0o755)
                folders.append((full, (member.mode & 0o777) | 0o700))
                continue
            if there:
                if os.path.isdir(full) and not os.path.islink(full):
                    raise AgentError("hostile", "archive member %r replaces a folder" % member.name)
                os.unlink(full)
            if member.isreg():
                size += write_member(archive, member, full, now)
            elif member.issym():
                if not link_stays(root, path, member.linkname):
                    raise AgentError("hostile", "archive link %r points to %r, out of the archive"
                                     % (member.name, member.linkname))
                os.symlink(member.linkname, full)
                links.append(path)
            elif member.islnk():
                source = make_parents(root, relative(member.linkname, "archive link target"))
                if not os.path.lexists(source) or not stat.S_ISREG(os.lstat(source).st_mode):
                    raise AgentError("hostile", "archive hard link %r has no file to point to" % member.name)
                os.link(source, full)
            else:
                raise AgentError("hostile", "archive member %r is neither file, folder nor link" % member.name)
            files += 1
    escaped = links_stay(root, links)
    if escaped is not None:
        raise AgentError("hostile", "archive link %r leads out of the archive through other links" % escaped)
    for full, mode in reversed(folders):
        os.chmod(full, mode)
    return files, size


OLDEST = 315532800
"""1980, the oldest time that zip can hold. A snapshot's own times are all 1970, and mean nothing."""


def write_member(archive, member, full, now):
    source = archive.extractfile(member)
    fd = os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
    count = 0
    with os.fdopen(fd, "wb") as target:
        while True:
            piece = source.read(READ)
            if not piece:
                break
            target.write(piece)
            count += len(piece)
        os.fchmod(target.fileno(), (member.mode & 0o777) | 0o600)
    mtime = member.mtime if member.mtime >= OLDEST else now
    os.utime(full, (mtime, mtime))
    return count


def fetch_times(times, path):
    """{path: nanoseconds since 1970} of what is in the snapshot. They travel beside it: its hash does not know them."""
    if not times:
        return {}
    try:
        download(times["url"], path)
        text = b"".join(gunzipped(path))
    finally:
        remove(path)
    if hashlib.sha256(text).hexdigest() != times["sha256"]:
        raise AgentError("corrupt", "the times of the code snapshot have another hash than expected")
    entries = [entry.partition(b" ") for entry in text.split(b"\0") if entry]
    return {relative(os.fsdecode(name), "time of"): int(ns) for ns, _, name in entries}


def set_times(root, times, wanted=os.path.lexists):
    """Gives what lies below `root` its times. Links have their own."""
    for name, ns in times.items():
        full = inside(root, name, "time of")
        if name and wanted(full):
            with contextlib.suppress(OSError):
                os.utime(full, ns=(ns, ns), follow_symlinks=False)


def gunzipped(path):
    """The pieces of a gzip file, with its damage reported as what it is."""
    with gzip.open(path, "rb") as file:
        while True:
            try:
                piece = file.read(READ)
            except (OSError, EOFError, ValueError) as error:
                raise AgentError("corrupt", "the code snapshot is not a whole gzip file: %s" % describe(error))
            except Exception as error:  # zlib.error is no OSError
                raise AgentError("corrupt", "the code snapshot cannot be unpacked: %s" % describe(error))
            if not piece:
                return
            yield piece


def merge(source, target, skip):
    """Moves what `target` lacks from `source`. What is there stays: inputs and a restored checkpoint, which may have come
    before the code, win over files of the same name in the code."""
    for name in sorted(os.listdir(source)):
        a, b = os.path.join(source, name), os.path.join(target, name)
        if b == skip:
            continue
        if not os.path.lexists(b):
            os.rename(a, b)
        elif all(os.path.isdir(p) and not os.path.islink(p) for p in (a, b)):
            merge(a, b, skip)


def verb_sync(request):
    """Brings the code snapshot into code/. Idempotent by the snapshot's hash."""
    directory = node_dir(request)
    archive = request.get("archive")
    wanted = archive["sha256"] if archive else "empty"
    with locked(directory, "sync"):
        state, code = os.path.join(directory, "state"), os.path.join(directory, "code")
        marker = read_json(os.path.join(state, "sync.json"))
        if marker and marker["sha256"] == wanted and os.path.isdir(code):
            return marker["result"]
        if os.path.exists(os.path.join(state, "agent.json")):
            raise AgentError("bad-request", "training has started here with other code: a new attempt is needed")
        files = size = 0
        if archive:
            fresh = temp_dir(directory, "code")
            packed = fresh + ".tar.gz"
            try:
                check_space(directory, archive.get("bytes") or 0, "the code snapshot")
                with disk_errors(directory, "the code snapshot"):
                    download(archive["url"], packed, meter=Meter("code", archive.get("bytes") or 0))
                    digest = hashlib.sha256()
                    for piece in gunzipped(packed):
                        digest.update(piece)
                    if digest.hexdigest() != wanted:
                        raise AgentError("corrupt", "the code snapshot's sha256 is %s, expected %s"
                                         % (digest.hexdigest(), wanted))
                    progress("unpacking")
                    try:
                        with gzip.open(packed, "rb") as stream:
                            files, size = untar(stream, fresh)
                    except tarfile.TarError as error:
                        raise AgentError("corrupt", "the code snapshot is not a tar file: %s" % describe(error))
                    times = fetch_times(archive.get("times"), fresh + ".times.gz")
                os.chmod(fresh, 0o755)
                set_times(fresh, times)
                if marker:
                    replace_dir(fresh, code)
                else:
                    restored = (read_json(os.path.join(state, "restore.json")) or {}).get("target")
                    os.makedirs(code, exist_ok=True)
                    merge(fresh, code, os.path.join(code, restored) if restored else None)
                    # Folders that were there already have got files of the code, which dated them anew.
                    own = os.path.join(code, restored, "") if restored else None
                    set_times(code, times, lambda full: os.path.isdir(full) and not os.path.islink(full)
                              and not (own and os.path.join(full, "").startswith(own)))
            finally:
                remove(packed)
                remove(fresh)
        else:
            os.makedirs(code, exist_ok=True)
        result = {"files": files, "bytes": size}
        write_json(os.path.join(state, "sync.json"), {"sha256": wanted, "result": result})
        return result


# ---------------------------------------------------------------------------------------------- install


def toml_array(text, path):
    """The strings of the array at a dotted path (`project.dependencies`) of a TOML text; None when it is not there.

    Python 3.8 to 3.10 have no tomllib. This reads keys, tables, strings and nesting, which is all that finding an array of
    strings takes; what it does not understand it skips.
    """
    for name, value in toml_values(text):
        if name == path:
            return value if isinstance(value, list) else None
    return None


def toml_values(text):
    """Every `key = value` of a TOML text as (dotted path, string | list of strings | None)."""
    table, at = [], 0
    key_part = re.compile(r'\s*(?:"([^"\n]*)"|\'([^\'\n]*)\'|([A-Za-z0-9_-]+))\s*')
    while True:
        at = toml_blank(text, at)
        if at >= len(text):
            return
        header = re.compile(r"\[\[?([^\]\n]*)\]\]?").match(text, at)
        if header:
            table = [next(p for p in m.groups() if p is not None) for m in key_part.finditer(header.group(1))]
            at = header.end()
            continue
        names, start = [], at
        while True:
            part = key_part.match(text, at)
            if not part:
                break
            names.append(next(p for p in part.groups() if p is not None))
            at = part.end()
            if text[at:at + 1] != ".":
                break
            at += 1
        if not names or text[at:at + 1] != "=":
            end = text.find("\n", start)
            at = len(text) if end < 0 else end + 1
            continue
        value, at = toml_value(text, at + 1)
        yield ".".join(table + names), value


def toml_blank(text, at):
    return re.compile(r"(?:\s|#[^\n]*)*").match(text, at).end()


TOML_STRING = re.compile(r'"""\n?(?P<a>(?:\\.|[^\\])*?)"""|\'\'\'\n?(?P<b>.*?)\'\'\'|"(?P<c>(?:\\.|[^"\\\n])*)"'
                         r"|'(?P<d>[^'\n]*)'", re.S)


def toml_value(text, at):
    """The value at `at` and where it ends. Numbers, dates, booleans and tables are None."""
    at += len(text[at:]) - len(text[at:].lstrip(" \t"))
    found = TOML_STRING.match(text, at)
    if found:
        if found.lastgroup in ("b", "d"):
            return found.group(found.lastgroup), found.end()
        return toml_unescape(found.group(found.lastgroup)), found.end()
    opener = text[at:at + 1]
    if opener == "[":
        items, at = [], toml_blank(text, at + 1)
        while at < len(text) and text[at] != "]":
            item, end = toml_value(text, at)
            items.append(item)
            at = toml_blank(text, max(end, at + 1))
            if text[at:at + 1] == ",":
                at = toml_blank(text, at + 1)
        return [item for item in items if isinstance(item, str)], at + 1
    if opener == "{":
        at += 1
        while at < len(text) and text[at] != "}":
            equals = re.compile(r"[^=}\n]*=").match(text, at)
            if not equals:
                at += 1
                continue
            _, at = toml_value(text, equals.end())
        return None, at + 1
    plain = re.compile(r"[^,\]\}\n#]*").match(text, at)
    return None, plain.end()


def toml_unescape(text):
    simple = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", '"': '"', "\\": "\\", "e": "\x1b"}

    def one(match):
        word = match.group(1)
        if word[0] in "uU":
            return chr(int(word[1:], 16))
        return "" if word[0].isspace() else simple.get(word, word)

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\s+|.)", one, text, flags=re.S)


SCRIPT_BLOCK = re.compile(r"(?m)^# /// script\r?$\s(?P<content>(^#(| .*)\r?$\s)+)^# ///\r?$")


def script_dependencies(text):
    """The dependencies in a script's PEP 723 block; None when it has none."""
    found = SCRIPT_BLOCK.search(text)
    if not found:
        return None
    lines = [line[2:] if line.startswith("# ") else line[1:] for line in found.group("content").splitlines()]
    return toml_array("\n".join(lines), "dependencies")


def command_scripts(command):
    """The .py files that a command names, in order."""
    tokens = command
    if isinstance(command, str):
        try:
            tokens = shlex.split(command, comments=True)
        except ValueError:
            tokens = command.split()
    return [token.rstrip(";&|") for token in tokens if token.rstrip(";&|").endswith(".py")]


def find_script(code, command):
    for script in command_scripts(command):
        with contextlib.suppress(AgentError, OSError, UnicodeError):
            with open(inside(code, os.path.relpath(script, code) if os.path.isabs(script) else script), "rb") as file:
                dependencies = script_dependencies(file.read(MIB).decode("utf-8"))
            if dependencies is not None:
                return script, dependencies
    return None


def find_requirements(code, wanted, command):
    """What to install: (source as reported, kind, argument). Kinds: lock, project, list, file, none."""
    if wanted == "none":
        return "none", "none", None
    if wanted != "auto":
        path = inside(code, wanted, "setup.requirements")
        if not os.path.isfile(path):
            raise AgentError("install-failed", "setup.requirements: there is no file %r in the code" % wanted)
        name = os.path.basename(path)
        if name == "uv.lock":
            return wanted, "lock", os.path.dirname(path)
        if name == "pyproject.toml":
            return (wanted,) + (find_project(path) or ("none", None))
        if name.endswith(".py"):
            return wanted, "list", read_script(path)
        return wanted, "file", path
    if os.path.isfile(os.path.join(code, "uv.lock")):
        return "uv.lock", "lock", code
    project = os.path.join(code, "pyproject.toml")
    if os.path.isfile(project):
        found = find_project(project)
        if found:
            return ("pyproject.toml",) + found
    if os.path.isfile(os.path.join(code, "requirements.txt")):
        return "requirements.txt", "file", os.path.join(code, "requirements.txt")
    script = find_script(code, command)
    return ("pep723", "list", script[1]) if script else ("none", "none", None)


def read_script(path):
    with open(path, "rb") as file:
        found = script_dependencies(file.read(MIB).decode("utf-8", "replace"))
    if found is None:
        raise AgentError("install-failed", "setup.requirements: %s has no PEP 723 block (`# /// script`)"
                         % os.path.basename(path))
    return found


def find_project(path):
    """A project with a build system is installed itself; one without has only its dependencies installed (setuptools would
    guess at packages); a pyproject.toml that only configures tools is none."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    names = [name for name, _ in toml_values(text)]
    if not any(name.startswith("project.") for name in names):
        return None
    if any(name.startswith("build-system.") for name in names):
        return "project", os.path.dirname(path)
    dependencies = toml_array(text, "project.dependencies")
    return ("list", dependencies) if dependencies else None


class Installer:
    """Runs the tools of an installation, shows their lines as progress, keeps the last of them for the error."""

    def __init__(self, directory, request):
        self.directory, self.request = directory, request
        self.code, self.venv = os.path.join(directory, "code"), os.path.join(directory, "venv")
        self.python = os.path.join(self.venv, "bin", "python")
        self.uv = find_uv()

    def run(self, argv, what, env=None):
        """Runs a tool in code/ and raises install-failed with its last lines when it fails."""
        progress(what)
        lines, shown, beat = bytearray(), "", time.monotonic()
        full = process_env(self.request, self.directory)
        full.update(env or {})
        try:
            child = subprocess.Popen(argv, cwd=self.code, env=full, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, start_new_session=True)
        except OSError as error:
            raise AgentError("install-failed", "%s: %s cannot be run: %s" % (what, argv[0], error.strerror))
        try:
            while True:
                ready, _, _ = select.select([child.stdout], [], [], 0.5)
                piece = os.read(child.stdout.fileno(), 65536) if ready else None
                if piece == b"" or (piece is None and child.poll() is not None):
                    break
                if piece:
                    lines = (lines + piece)[-65536:]
                now = time.monotonic()
                if now - beat >= (0.5 if piece else 5):
                    last = self.clean(bytes(lines[-4096:])).strip().split("\n")[-1].strip()[:200]
                    if last != shown or now - beat >= 5:
                        progress(last or what)
                        shown, beat = last, now
            code = child.wait()
        finally:
            if child.poll() is None:
                with contextlib.suppress(OSError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            child.stdout.close()
        if code:
            text = self.clean(bytes(lines))
            if "No space left on device" in text:
                raise AgentError("disk-full", "%s: no space left on the disk (%s free): give the run a larger "
                                 "`resources.disk`" % (what, size_text(shutil.disk_usage(self.directory).free)),
                                 last_lines(text, 4096))
            raise AgentError("install-failed", "%s failed with exit code %d" % (what, code), last_lines(text, 4096))

    def clean(self, data):
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", data.decode("utf-8", "replace").replace("\r\n", "\n"))
        return redact(text.replace("\r", "\n"), self.request.get("secrets"))

    def need_uv(self):
        """A uv.lock can only be read by uv: where it is absent, it gets a small environment of its own."""
        if self.uv:
            return self.uv
        tool = os.path.join(self.directory, "tool")
        remove(tool)
        self.make_venv(tool)
        self.run([os.path.join(tool, "bin", "python"), "-m", "pip", "install", "--disable-pip-version-check",
                  "--no-input", "uv"], "installing uv, which uv.lock needs")
        self.uv = os.path.join(tool, "bin", "uv")
        return self.uv

    def make_venv(self, path):
        """An environment by uv, by python's own venv, or by virtualenv: Debian's python3 comes without ensurepip."""
        if self.uv:
            base = [self.uv, "venv", "--no-project", "--python", sys.executable]
            try:
                return self.run(base + ["--seed", path], "making the environment")
            except AgentError:
                remove(path)
                return self.run(base + [path], "making the environment")
        tries = []
        if module_there("venv") and module_there("ensurepip"):
            tries.append([sys.executable, "-m", "venv", path])
        if module_there("virtualenv"):
            tries.append([sys.executable, "-m", "virtualenv", path])
        elif shutil.which("virtualenv"):
            tries.append(["virtualenv", "-p", sys.executable, path])
        failure = None
        for argv in tries:
            try:
                return self.run(argv, "making the environment")
            except AgentError as error:
                failure = error
                remove(path)
        if failure:
            raise failure
        raise AgentError("install-failed", "this image has neither uv nor python3's venv module, so no environment can be "
                         "made: use an image with uv, or with python3-venv (Debian, Ubuntu: apt-get install python3-venv)")

    def pip(self, arguments, what):
        if self.uv:
            self.run([self.uv, "pip", "install", "--python", self.python] + arguments, what)
        else:
            self.run([self.python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"] + arguments,
                     what)

    def install(self, kind, argument, source):
        """Installs the requirements; returns the tool that did it."""
        if kind == "lock":
            self.run([self.need_uv(), "sync", "--frozen", "--project", argument], "uv sync --frozen",
                     {"UV_PROJECT_ENVIRONMENT": self.venv, "UV_NO_PROGRESS": "1"})
            return "uv"
        self.make_venv(self.venv)
        if kind == "project":
            self.pip([argument], "installing the project")
        elif kind == "file":
            self.pip(["-r", argument], "installing %s" % source)
        elif kind == "list" and argument:
            self.pip(["--"] + argument if not self.uv else argument, "installing %d requirements" % len(argument))
        else:
            return None
        return "uv" if self.uv else "pip"

    def packages(self):
        """What the environment holds, those asked for first. Read from its files: `pip list` costs a second."""
        found = []
        for path in glob.glob(os.path.join(glob.escape(self.venv), "lib*", "python*", "site-packages", "*.dist-info")):
            if os.path.islink(os.path.join(self.venv, "lib64")) and "/lib64/" in path:
                continue
            name, _, version = os.path.basename(path)[:-len(".dist-info")].rpartition("-")
            if name.lower() not in ("pip", "setuptools", "wheel"):
                asked = os.path.exists(os.path.join(path, "REQUESTED"))
                found.append((not asked, name.replace("_", "-").lower(), version))
        return ["%s %s" % (name, version) for _, name, version in sorted(found)]


def module_there(name):
    """Whether the python that runs the agent has a module, without importing it."""
    import importlib.util
    return importlib.util.find_spec(name) is not None


def find_uv():
    places = [shutil.which("uv"), os.path.join(home(), ".local/bin/uv"), os.path.join(home(), ".cargo/bin/uv")]
    return next((path for path in places if path and os.access(path, os.X_OK)), None)


def redact(text, secrets):
    """Takes the values of secrets out of a text that leaves the host through a workflow's history."""
    for name, value in sorted((secrets or {}).items(), key=lambda item: -len(item[1])):
        for form in {value, value.strip()}:
            if len(form) >= 4:
                text = text.replace(form, "[secret %s]" % name)
    return text


def last_lines(text, limit):
    """The end of a text, from the beginning of a line where possible; `limit` is in bytes of UTF-8."""
    data = text.rstrip().encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode("utf-8")
    cut = data[-limit:]
    line = cut.find(b"\n")
    if 0 <= line < len(cut) - 1:
        cut = cut[line + 1:]
    return cut.decode("utf-8", "ignore")


def install_key(request, kind, argument, code):
    """Hash of everything that an installation depends on."""
    digest = hashlib.sha256(json.dumps([sys.version, kind, argument, request.get("commands"), request.get("env"),
                                        request.get("requirements")], sort_keys=True).encode())
    for name in ("uv.lock", "pyproject.toml", "requirements.txt"):
        digest.update(b"\0" + name.encode())
        with contextlib.suppress(OSError), open(os.path.join(code, name), "rb") as file:
            digest.update(file.read())
    if kind == "file":
        with open(argument, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def verb_install(request):
    """Installs requirements and runs the setup commands. Idempotent by what they depend on."""
    directory = node_dir(request)
    check_env(request)
    with locked(directory, "install"):
        code = os.path.join(directory, "code")
        os.makedirs(code, exist_ok=True)
        source, kind, argument = find_requirements(code, request.get("requirements") or "auto",
                                                   request.get("command") or [])
        commands = request.get("commands") or []
        marker_path = os.path.join(directory, "state", "install.json")
        key = install_key(request, kind, argument, code)
        marker = read_json(marker_path)
        if marker and marker["key"] == key:
            return marker["result"]
        installer = Installer(directory, request)
        remove(installer.venv)
        tool = installer.install(kind, argument, source) if kind != "none" or commands else None
        for command in commands:
            installer.run(["bash", "-eo", "pipefail", "-c", command], command.strip().split("\n")[0][:200])
        packages = installer.packages()
        result = {"source": source, "tool": tool, "packages": packages[:5], "count": len(packages)}
        write_json(marker_path, {"key": key, "result": result})
        return result


# ---------------------------------------------------------------------------------------------- fetch


def file_sha256(path):
    return hash_range(path, 0, os.path.getsize(path))


def verb_fetch(request):
    """Downloads the inputs, eight at a time. A file that is there and right is not fetched again."""
    directory, began = node_dir(request), time.monotonic()
    with locked(directory, "fetch"):
        code = os.path.join(directory, "code")
        os.makedirs(code, exist_ok=True)
        wanted = {}
        for entry in request.get("inputs") or []:
            to = relative(entry.get("to", ""), "inputs.to")
            for file in entry["files"]:
                path = "/".join(part for part in (to, relative(file.get("path", ""), "input path")) if part)
                if not path:
                    raise AgentError("bad-request", "an input names neither a file nor a folder")
                wanted[path] = file
        missing = [(path, file) for path, file in sorted(wanted.items()) if not fetched(inside(code, path), file)]
        check_space(code, sum(file["bytes"] for _, file in missing), "the inputs")
        meter = Meter("inputs", sum(file["bytes"] for _, file in missing))
        parts = temp_dir(directory, "inputs")

        def one(item):
            path, file = item
            part = os.path.join(parts, hashlib.sha256(os.fsencode(path)).hexdigest())
            with disk_errors(directory, "the inputs"):
                download(file["url"], part, file["bytes"], file.get("sha256"), meter)
                target = inside(code, path, "input path")
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if os.path.isdir(target) and not os.path.islink(target):
                    raise AgentError("bad-request", "the input %r is a file, but a folder of that name is there" % path)
                os.replace(part, inside(code, path, "input path"))

        try:
            parallel(one, missing)
        finally:
            remove(parts)
        return {"files": len(wanted), "bytes": sum(file["bytes"] for file in wanted.values()),
                "seconds": round(time.monotonic() - began, 3)}


def fetched(path, file):
    try:
        there = os.lstat(path)
    except OSError:
        return False
    if not stat.S_ISREG(there.st_mode) or there.st_size != file["bytes"]:
        return False
    return bool(file.get("sha256")) and file_sha256(path) == file["sha256"]


# ---------------------------------------------------------------------------------------------- restore


class Damaged(Exception):
    """A checkpoint that cannot be used, and why."""


MANIFEST_LIMIT = 256 * MIB


def fetch_manifest(url, path):
    """A checkpoint's manifest. Missing is damage; a network that fails is not: then nothing can be said."""
    try:
        download(url, path)
    except AgentError as error:
        if re.search(r": (403|404) ", error.message) and "expired" not in error.message.lower():
            raise Damaged("its manifest is missing (%s)" % error.message.rsplit(": ", 1)[-1])
        raise
    if os.path.getsize(path) > MANIFEST_LIMIT:
        raise Damaged("its manifest is larger than %s" % size_text(MANIFEST_LIMIT))
    manifest = read_json(path)
    if not isinstance(manifest, dict):
        raise Damaged("its manifest is no JSON document")
    return check_manifest(manifest)


def check_manifest(manifest):
    """A manifest comes from another host: everything in it is checked before anything is written."""
    try:
        if manifest.get("format") != 1:
            raise Damaged("its format is %r, this agent knows 1" % (manifest.get("format"),))
        seen = set()
        for path in manifest.get("dirs", []):
            if relative(path) != path or not path:
                raise Damaged("folder %r is not in its simplest form" % path)
        for file in manifest["files"]:
            path = relative(file["path"])
            if not path or path != file["path"] or path in seen:
                raise Damaged("file %r is doubled or not in its simplest form" % file["path"])
            seen.add(path)
            if "link" in file:
                if not link_stays("", path, file["link"]):
                    raise Damaged("hostile: link %r points to %r, out of the checkpoint" % (path, file["link"]))
                continue
            sizes = [part["bytes"] for part in file["parts"]]
            if any(type(n) is not int or n <= 0 for n in sizes) or type(file["size"]) is not int:
                raise Damaged("the sizes of %r are no numbers" % path)
            if sum(sizes) != file["size"] or not all(re.match("^[0-9a-f]{64}$", p["sha256"]) for p in file["parts"]):
                raise Damaged("the parts of %r do not add up to it" % path)
            if type(file["mode"]) is not int:
                raise Damaged("the mode of %r is no number" % path)
        return manifest
    except AgentError as error:
        raise Damaged("hostile: " + error.message)
    except (KeyError, TypeError, AttributeError) as error:
        raise Damaged("its manifest lacks what it must hold: %s" % describe(error))


def restore_part(task, urls, meter):
    """Downloads one part into its place of its file and verifies it on the way."""
    full, offset, part = task
    url = urls.get(part["sha256"])
    if not url:
        raise Damaged("part %s is missing" % part["sha256"][:12])
    fd, failures = os.open(full, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)), 0
    try:
        while True:
            digest, count = hashlib.sha256(), 0
            try:
                response = http_open("GET", url, {"Accept-Encoding": "identity"})
                if response.status != 200:
                    http_fail(response, url)
                for piece in response_pieces(response, url):
                    if count + len(piece) > part["bytes"]:
                        http_drop(url)
                        raise Damaged("part %s is longer than it should be" % part["sha256"][:12])
                    write_at(fd, piece, offset + count)
                    digest.update(piece)
                    count += len(piece)
                    meter.add(len(piece))
                announced = response.getheader("Content-Length")
                if announced is not None and count < int(announced):
                    http_drop(url)
                    raise Transient("the connection ended early")
                if count != part["bytes"] or digest.hexdigest() != part["sha256"]:
                    raise Damaged("part %s does not have the content of its name" % part["sha256"][:12])
                return
            except Refused as error:
                if error.status in (403, 404) and not error.expired:
                    raise Damaged("part %s is missing (%s)" % (part["sha256"][:12], error))
                raise AgentError("transfer", "checkpoint part: %s" % error)
            except Transient as error:
                meter.add(-count)
                failures += 1
                if failures > 6:
                    raise AgentError("transfer", "checkpoint part: %s" % error)
                time.sleep(backoff(failures - 1))
    finally:
        os.close(fd)


def write_at(fd, data, offset):
    view = memoryview(data)
    while view:
        written = os.pwrite(fd, view, offset)
        view, offset = view[written:], offset + written


def restore_one(directory, candidate):
    """Builds one checkpoint in a fresh folder, verified; returns (folder, files, bytes)."""
    fresh = temp_dir(directory, "restore")
    try:
        manifest = fetch_manifest(candidate["manifestUrl"], fresh + ".json")
        files = [file for file in manifest["files"] if "link" not in file]
        total = sum(file["size"] for file in files)
        check_space(directory, total, "the checkpoint")
        tasks = []
        with disk_errors(directory, "the checkpoint"):
            for path in sorted(manifest.get("dirs", [])):
                os.makedirs(make_parents(fresh, path), exist_ok=True)
            for file in files:
                full, offset = make_parents(fresh, file["path"]), 0
                os.close(os.open(full, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
                for part in file["parts"]:
                    tasks.append((full, offset, part))
                    offset += part["bytes"]
            meter = Meter("checkpoint %s" % candidate["step"], total)
            parallel(lambda task: restore_part(task, candidate["partUrls"], meter), tasks)
            for file in files:
                full = os.path.join(fresh, file["path"])
                fd = os.open(full, os.O_RDONLY)
                os.fsync(fd)
                os.fchmod(fd, (file["mode"] & 0o777) | 0o400)
                os.close(fd)
                if isinstance(file.get("mtime"), (int, float)):
                    os.utime(full, (file["mtime"], file["mtime"]))
            links = [file for file in manifest["files"] if "link" in file]
            for file in links:
                os.symlink(file["link"], make_parents(fresh, file["path"]))
        escaped = links_stay(fresh, [file["path"] for file in links])
        if escaped is not None:
            raise Damaged("hostile: link %r leads out of the checkpoint through other links" % escaped)
        os.chmod(fresh, 0o755)
        return fresh, len(manifest["files"]), total
    except AgentError as error:
        remove(fresh)
        if error.code == "hostile":
            raise Damaged("hostile: " + error.message)
        raise
    except BaseException as error:
        remove(fresh)
        if isinstance(error, (FileExistsError, NotADirectoryError, IsADirectoryError)):
            raise Damaged("two of its entries are in each other's way: %s" % describe(error))
        raise
    finally:
        remove(fresh + ".json")


def verb_restore(request):
    """Puts the newest whole checkpoint in place; a damaged one is reported and the one before it used."""
    directory = node_dir(request)
    with locked(directory, "restore"):
        code, state = os.path.join(directory, "code"), os.path.join(directory, "state")
        os.makedirs(code, exist_ok=True)
        name = relative(request["checkpointsDir"], "checkpoints.dir")
        if not name:
            raise AgentError("bad-request", "checkpoints.dir cannot be the code's own folder")
        target, damaged = inside(code, name, "checkpoints.dir"), []
        marker = read_json(os.path.join(state, "restore.json"))
        if marker and os.path.isdir(target) and (os.path.exists(os.path.join(state, "agent.json")) or any(
                marker["result"]["key"] == c["key"] for c in request["candidates"][:1])):
            return marker["result"]
        if os.path.exists(os.path.join(state, "agent.json")):
            raise AgentError("bad-request", "training has started here: nothing is restored under a running process")
        for candidate in request["candidates"]:
            try:
                fresh, files, size = restore_one(directory, candidate)
            except Damaged as why:
                damaged.append({"key": candidate["key"], "why": str(why)})
                progress("checkpoint %s is damaged: %s" % (candidate["step"], why))
                continue
            replace_dir(fresh, inside(code, name, "checkpoints.dir"))
            result = {"step": candidate["step"], "attempt": candidate["attempt"], "key": candidate["key"],
                      "files": files, "bytes": size, "damaged": damaged}
            write_json(os.path.join(state, "restore.json"), {"target": name, "result": result})
            return result
        return {"step": None, "attempt": None, "key": None, "files": 0, "bytes": 0, "damaged": damaged}


# ---------------------------------------------------------------------------------------------- processes


def check_env(request):
    """Environment values are strings without NUL; anything else would fail later and less plainly."""
    for field in ("env", "secrets"):
        for name, value in (request.get(field) or {}).items():
            if not re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", name) or not isinstance(value, str) or "\0" in value:
                raise AgentError("bad-request", "%s.%s is not an environment variable with a text value" % (field, name))


def process_env(request, directory):
    """The environment of setup and of training: the login's, the run's environment first on PATH, the user's, secrets."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
    env.setdefault("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    env.setdefault("HOME", home())
    env.setdefault("PYTHONUNBUFFERED", "1")
    env.update(request.get("env") or {})
    env.update(request.get("secrets") or {})
    venv = os.path.join(directory, "venv")
    if os.path.isdir(os.path.join(venv, "bin")):
        env["VIRTUAL_ENV"] = venv
        env["PATH"] = os.path.join(venv, "bin") + os.pathsep + env["PATH"]
    return env


def training_env(request, directory, checkpoints):
    """What the training process sees beyond that."""
    env, code = process_env(request, directory), os.path.join(directory, "code")
    env.setdefault("WANDB_RUN_ID", request["runKey"])
    env.setdefault("WANDB_RESUME", "allow")
    env.update({
        "TRAINCTL_RUN": request["run"],
        "TRAINCTL_ATTEMPT": str(request["attempt"]),
        "TRAINCTL_NODE": str(request["node"]),
        "TRAINCTL_CHECKPOINT_DIR": checkpoints,
        "TRAINCTL_RESUME_FROM": checkpoints if request.get("resumedFromStep") is not None else "",
        "TRAINCTL_METRICS": os.path.join(directory, "metrics"),
        "TRAINCTL_DATA": os.path.join(code, "data"),
        "TRAINCTL_OUTPUTS": os.path.join(code, "outputs"),
    })
    return env


def process_table():
    """{pid: (parent, zombie)} of every process, from /proc, else from ps."""
    table = {}
    if os.path.isdir("/proc/self"):
        for name in os.listdir("/proc"):
            if name.isdigit():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    with open("/proc/%s/stat" % name, "rb") as file:
                        fields = file.read().rpartition(b")")[2].split()
                    table[int(name)] = (int(fields[1]), fields[0] in (b"Z", b"X"))
        return table
    with contextlib.suppress(OSError, ValueError):
        text = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], stdout=subprocess.PIPE, check=False).stdout
        for line in text.decode("ascii", "replace").splitlines():
            pid, parent, state = line.split()[:3]
            table[int(pid)] = (int(parent), state.startswith("Z"))
    return table


def living_children(table, parent):
    """Of a process, in the table of all."""
    return [pid for pid, (above, zombie) in table.items() if above == parent and not zombie]


def descendants(root):
    """Every living process below `root`, parents first."""
    table, children = process_table(), {}
    for pid, (parent, _) in table.items():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        for pid in children.get(todo.pop(0), []):
            todo.append(pid)
            if not table[pid][1]:
                found.append(pid)
    return found


def start_ticks(pid):
    """When a process started: with its pid, its identity. None when it does not exist."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        try:
            os.kill(pid, 0)
            return 0
        except OSError:
            return None


def send_signal(pid, number):
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def heeds(pid, number):
    """Whether a process outlives a signal whose usual effect is its end: it has a handler for it, or waits for it blocked.
    True where nobody says (no /proc)."""
    try:
        with open("/proc/%d/status" % pid, "rb") as file:
            masks = dict(line.split(b":", 1) for line in file if line.startswith((b"SigCgt:", b"SigBlk:")))
        return any(int(mask, 16) >> (number - 1) & 1 for mask in masks.values())
    except (OSError, ValueError):
        return not os.path.isdir("/proc/self")


def heeding(pids, number):
    """Of these processes and those that they run, the topmost that heed the signal: a shell, a launcher and a program that has
    not set up its handler yet would end by it."""
    table, found, todo = process_table(), [], list(pids)
    while todo:
        pid = todo.pop(0)
        if heeds(pid, number):
            found.append(pid)
        else:
            todo += living_children(table, pid)
    return found


def become_subreaper():
    """Makes orphans of our tree ours (Linux), so that setsid and double forks do not escape."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER, <linux/prctl.h>


class Training:
    """The training process and its whole tree. Used by the daemon's main thread alone."""

    def __init__(self, command, cwd, env):
        self.wrapper = None
        argv = command
        if isinstance(command, str):
            argv = ["bash", "-eo", "pipefail", "-c", command]
            self.wrapper = b"".join(os.fsencode(word) + b"\0" for word in argv)
        out, out_write = os.pipe()
        err, err_write = os.pipe()
        try:
            for fd in (out, err):
                with contextlib.suppress(OSError):
                    fcntl.fcntl(fd, 1031, MIB)  # F_SETPIPE_SZ: bursts of output do not stall the process
            self.process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out_write,
                                            stderr=err_write, start_new_session=True)
        finally:
            os.close(out_write)
            os.close(err_write)
        self.pid, self.out, self.err = self.process.pid, out, err
        self.status, self.termed, self.childless = None, set(), None

    def reap(self):
        """Collects every child that has ended, adopted orphans too; True once the command's own process has."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            if pid == self.pid:
                self.status = status
                self.process.returncode = 0
        return self.status is not None

    def ending(self):
        """(code, signal name) of the command's process."""
        if os.WIFSIGNALED(self.status):
            number = os.WTERMSIG(self.status)
            try:
                return None, signal.Signals(number).name
            except ValueError:
                return None, "SIG%d" % number
        return os.WEXITSTATUS(self.status), None

    def targets(self):
        """The command's process. For a string command that bash still runs: bash's children, so that bash lives to report
        their result; a bash that has replaced itself by the command is the command."""
        if self.wrapper is None:
            return [self.pid]
        with contextlib.suppress(OSError):
            with open("/proc/%d/cmdline" % self.pid, "rb") as file:
                if file.read() != self.wrapper:
                    return [self.pid]
        children = living_children(process_table(), self.pid)
        if children:
            self.childless = None
            return children
        if self.childless is None:
            self.childless = time.monotonic()
        # Its child has heard TERM and is gone: bash goes on, or is about to report the result. One that stays is at work itself.
        if self.termed and time.monotonic() - self.childless < BASH_GOES_ON:
            return []
        return [self.pid]

    def term(self):
        """TERM to the command's process, once to each: a shell may start its next command meanwhile."""
        for pid in self.targets():
            if (pid, start_ticks(pid)) not in self.termed:
                self.termed.add((pid, start_ticks(pid)))
                send_signal(pid, signal.SIGTERM)

    def signal(self, number):
        """Another signal, to those that heed it; whether anybody did."""
        heard = heeding(self.targets(), number) or heeding([self.pid], number)
        for pid in heard:
            send_signal(pid, number)
        if not heard:
            note("nothing of the command handles signal %d now: not sent" % number)
        return bool(heard)

    def tree(self):
        return descendants(os.getpid())

    def kill(self):
        """KILL to the whole tree, again until nothing of it is left (at most 5 s: a process in a broken device cannot die)."""
        until = time.monotonic() + 5
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
            left = self.tree()
            for pid in left:
                send_signal(pid, signal.SIGKILL)
            self.reap()
            if not left and self.status is not None:
                return
            time.sleep(0.02)

    def end_leftovers(self, until):
        """What the command left running is ended: TERM, time until `until` (epoch seconds), KILL."""
        left = self.tree()
        if left and time.time() < until:
            for pid in left:
                send_signal(pid, signal.SIGTERM)
            while time.time() < until and self.tree():
                self.reap()
                time.sleep(0.05)
        self.kill()


# ---------------------------------------------------------------------------------------------- log, metrics, state


class Log:
    """Copies what the process writes to stdout and stderr into one file, byte for byte, in the order in which it arrives,
    and remembers the end of stderr."""

    def __init__(self, path, out, err):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.size, self.ring, self.lost = os.fstat(self.fd).st_size, bytearray(), 0
        self.out, self.err = out, err
        self.over, self.done = threading.Event(), threading.Event()

    def run(self):
        """Until both pipes are closed by all who hold them, or, once the process is over, nothing comes for 0.5 s."""
        open_pipes = [self.out, self.err]
        for fd in open_pipes:
            os.set_blocking(fd, False)
        try:
            while open_pipes:
                ready, _, _ = select.select(open_pipes, [], [], 0.5)
                if not ready and self.over.is_set():
                    return
                for fd in ready:
                    try:
                        piece = os.read(fd, 65536)
                    except BlockingIOError:
                        continue
                    if not piece:
                        open_pipes.remove(fd)
                        continue
                    if fd == self.err:
                        self.ring = (self.ring + piece)[-65536:]
                    self.write(piece)
        finally:
            self.done.set()

    def write(self, piece):
        """A full disk makes the process wait for up to 30 s, then costs the bytes, and is told."""
        view, until = memoryview(piece), time.monotonic() + 30
        while view:
            try:
                written = os.write(self.fd, view)
                view, self.size = view[written:], self.size + written
            except OSError as error:
                if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EINTR) or time.monotonic() > until:
                    self.lost += len(view)
                    return
                time.sleep(0.5)

    def finish(self):
        """Waits for the last bytes; a process that escaped with the pipes in its hands cannot hold this up."""
        self.over.set()
        self.done.wait(5)


class Metrics:
    """Follows the JSON lines that the process appends to TRAINCTL_METRICS.

    The bytes are copied to a file of our own, from which segments are uploaded: should the process truncate its file,
    what is in S3 stays right.
    """

    def __init__(self, source, copy):
        self.source, self.fd = source, os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self.offset, self.size, self.rest = 0, 0, b""
        self.step, self.values, self.lock = None, {}, threading.Lock()

    def pump(self):
        with self.lock, contextlib.suppress(OSError), open(self.source, "rb") as file:
            if os.fstat(file.fileno()).st_size < self.offset:
                self.offset, self.rest = 0, b""
            file.seek(self.offset)
            while True:
                piece = file.read(READ)
                if not piece:
                    break
                os.write(self.fd, piece)
                self.offset, self.size = self.offset + len(piece), self.size + len(piece)
                *lines, self.rest = (self.rest + piece).split(b"\n")
                self.rest = self.rest[-65536:]
                for line in lines:
                    self.read(line)

    def finish(self):
        """The last line may lack its newline."""
        self.pump()
        with self.lock:
            self.read(self.rest)
            self.rest = b""

    def read(self, line):
        """Numbers are kept by name, at most 64 names; what is no JSON object is left alone."""
        try:
            document = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            return
        for name, value in document.items() if isinstance(document, dict) else ():
            if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > 1e300:
                continue
            if name == "step":
                if 0 <= value < 10 ** 12:
                    self.step = int(value)
            elif len(name) <= 64 and (name in self.values or len(self.values) < 64):
                self.values[name] = value


class Shared:
    """What the daemon's threads know together, and the events for whoever is attached.

    A change of state and its event happen under one lock, and so does attaching: an event is either in the hello and its
    replay, or in the client's queue, never in neither.
    """

    def __init__(self, state_dir):
        self.lock = threading.RLock()
        self.state_dir, self.client, self.epoch = state_dir, None, -1
        self.phase, self.log_uploaded, self.checkpoint, self.failed = "starting", 0, None, None
        self.notice = self.exit = self.final = self.stopped_by = None
        self.lease_until, self.problems = 0.0, []
        # Questions to whoever is attached that have no answer yet, by their id.
        self.asking = {}
        self.log = self.metrics = None

    def send(self, event):
        with self.lock:
            if self.client:
                self.client.queue.put(event)

    def set_phase(self, phase, save=True):
        with self.lock:
            self.phase = phase
            self.send({"t": "phase", "phase": phase})
        if save:
            self.save()

    def problem(self, text):
        note("problem: " + text)
        with self.lock:
            if len(self.problems) < 20:
                self.problems.append(text[:300])
            elif len(self.problems) == 20:
                self.problems.append("and more, see state/agent.log on the host")

    def figures(self):
        return {"logBytes": self.log.size if self.log else 0, "logUploaded": self.log_uploaded,
                "step": self.metrics.step if self.metrics else None,
                "metrics": dict(self.metrics.values) or None if self.metrics else None}

    def snapshot(self):
        with self.lock:
            return dict(self.figures(), phase=self.phase, checkpoint=self.checkpoint, notice=self.notice,
                        exit=self.exit, final=self.final, leaseUntil=self.lease_until, epoch=self.epoch,
                        problems=list(self.problems), checkpointFailed=self.failed)

    def save(self):
        with contextlib.suppress(OSError):
            write_json(os.path.join(self.state_dir, "state.json"), self.snapshot())


class Segments:
    """Uploads a growing file as immutable objects named by byte offsets, and compacts small ones into larger."""

    def __init__(self, uploads, folder, path):
        self.uploads, self.folder, self.path = uploads, folder, path
        self.uploaded = self.compacted = self.pieces = 0

    def put(self, start, end, deadline):
        self.uploads.put("%s/%016d-%016d" % (self.folder, start, end), FileRange(self.path, start, end - start), deadline)

    def ship(self, size, deadline, shipped=lambda _: None):
        while self.uploaded < size:
            end = min(size, self.uploaded + SEGMENT)
            self.put(self.uploaded, end, deadline)
            self.uploaded, self.pieces = end, self.pieces + 1
            shipped(end)
            self.compact(deadline, SEGMENT, PIECES)

    def compact(self, deadline, enough, pieces):
        """One segment over everything since the last compacted byte. A reader takes, at each offset, the segment that
        reaches farthest; so this only saves requests, and a failure of it is none."""
        span = self.uploaded - self.compacted
        if self.pieces > 1 and (span >= enough or self.pieces >= pieces):
            try:
                self.put(self.compacted, self.uploaded, deadline)
                self.pieces = 1
            except (Transient, Refused, Changed, OSError) as error:
                note("compaction of %s: %s" % (self.folder, describe(error)))
                return
        if span >= SEGMENT and self.pieces <= 1:
            self.compacted, self.pieces = self.uploaded, 0


# ---------------------------------------------------------------------------------------------- notices, lease


class Imds:
    """Asks the instance metadata service (version 2) whether EC2 is about to take the instance."""

    def __init__(self):
        base = os.environ.get("AWS_EC2_METADATA_SERVICE_ENDPOINT") or "http://169.254.169.254"
        self.base, self.token = base.rstrip("/"), None

    def get(self, path):
        """The text at a path; None for 404 and for a service that does not answer."""
        for _ in range(2):
            try:
                if self.token is None:
                    response = http_open("PUT", self.base + "/latest/api/token",
                                         {"X-aws-ec2-metadata-token-ttl-seconds": "21600", "Content-Length": "0"},
                                         timeout=1.0)
                    text = response.read(4096).decode("ascii", "replace")
                    if response.status != 200:
                        http_drop(self.base)
                        return None
                    self.token = text
                response = http_open("GET", self.base + "/latest/meta-data/" + path,
                                     {"X-aws-ec2-metadata-token": self.token}, timeout=1.0)
                text = response.read(65536).decode("utf-8", "replace")
                if response.status != 401:
                    return text if response.status == 200 else None
                self.token = None
            except (Transient, OSError, http.client.HTTPException):
                http_drop(self.base)
                return None
        return None

    def notice(self):
        """A notice as contract/messages.ts has it, or None."""
        text = self.get("spot/instance-action")
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            document = json.loads(text) if text else None
            if document and document.get("action"):
                return {"source": "spot", "action": str(document["action"]), "time": self.time(document.get("time"))}
        text = self.get("events/maintenance/scheduled")
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            events = [e for e in (json.loads(text) if text else []) if e.get("State", "active") == "active"]
            notices = [{"source": "maintenance", "action": str(e.get("Code", "maintenance")),
                        "time": self.time(e.get("NotBefore"))} for e in events]
            return min(notices, key=lambda n: n["time"]) if notices else None
        return None

    @staticmethod
    def time(text):
        """ISO 8601 of a time as IMDS writes it (two ways); two minutes from now when it cannot be read."""
        for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.%fZ", "%d %b %Y %H:%M:%S GMT"):
            with contextlib.suppress(ValueError, TypeError):
                return iso(calendar.timegm(time.strptime(text, form)))
        return iso(time.time() + 120)


def parse_iso(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def write_lease(state_dir, until):
    """The host's dead-man timer reads this file. Where the host has none, it is kept with the state."""
    text = b"%d\n" % int(until)
    folder = os.environ.get("TRAINCTL_HOST_ROOT", "") + "/var/lib/trainctl"
    path = os.path.join(folder, "lease")
    if os.path.isdir(folder):
        try:
            return write_atomic(path, text, 0o644)
        except OSError:
            # The folder may be root's and only the file ours: overwritten in place, never empty in between.
            with contextlib.suppress(OSError):
                fd = os.open(path, os.O_WRONLY)
                try:
                    os.pwrite(fd, text, 0)
                    return os.ftruncate(fd, len(text))
                finally:
                    os.close(fd)
            note("the lease file %s cannot be written" % path)
    write_atomic(os.path.join(state_dir, "lease"), text)
    return None


def write_busy(until):
    """Until when the host has work that the dead-man timer may wait for. Where there is no timer, nobody asks."""
    folder = os.environ.get("TRAINCTL_HOST_ROOT", "") + "/var/lib/trainctl"
    with contextlib.suppress(OSError):
        if os.path.isdir(folder):
            write_atomic(os.path.join(folder, "busy"), b"%d\n" % int(until), 0o644)


# ---------------------------------------------------------------------------------------------- checkpoints


def scan(root):
    """{path: (kind, mode, size, mtime_ns, inode or link target)} of all below root, links not followed."""
    found, todo = {}, [""]
    while todo:
        folder = todo.pop()
        with os.scandir(os.path.join(root, folder)) as entries:
            for entry in entries:
                path = folder + "/" + entry.name if folder else entry.name
                info = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(info.st_mode):
                    found[path] = ("dir", 0, 0, 0, 0)
                    todo.append(path)
                elif stat.S_ISLNK(info.st_mode):
                    found[path] = ("link", 0, 0, 0, os.readlink(os.path.join(root, path)))
                elif stat.S_ISREG(info.st_mode):
                    found[path] = ("file", info.st_mode & 0o777, info.st_size, info.st_mtime_ns, info.st_ino)
    return found


class Checkpoints:
    """Packs the checkpoint directory: parts by content, manifest last, so a manifest that exists is whole."""

    def __init__(self, directory, request, shared, uploads, signal_process):
        self.request, self.shared, self.uploads, self.signal_process = request, shared, uploads, signal_process
        spec = request["checkpoints"]
        self.root = inside(os.path.join(directory, "code"), spec["dir"], "checkpoints.dir")
        self.stage = os.path.join(directory, "stage")
        self.every = spec.get("everySeconds") or 0
        self.signal = signal_number(spec.get("signal"))
        self.resumed = request.get("resumedFromStep")
        self.step = self.resumed
        self.lock, self.asked, self.stopping = threading.Lock(), threading.Event(), threading.Event()
        self.have, self.last = set(), {}
        self.gone = False

    def open(self):
        """What was restored is in S3 already."""
        os.makedirs(self.root, exist_ok=True)
        if self.resumed is not None:
            self.last = self.look() or {}

    def look(self):
        """A snapshot of the directory; None while it changes under the scan."""
        try:
            return scan(os.path.realpath(self.root))
        except OSError:
            return None if os.path.isdir(self.root) else {}

    def run(self):
        """The thread for periodic checkpoints and those asked for."""
        due = time.monotonic() + (self.every or math.inf)
        while not self.stopping.is_set():
            asked = self.asked.wait(max(0.05, min(1.0, due - time.monotonic())))
            if self.stopping.is_set():
                return
            if not asked and time.monotonic() < due:
                continue
            self.asked.clear()
            try:
                self.take("asked" if asked else "periodic")
            except Aborted:
                return
            except Exception as error:
                self.fail(error)
            due = time.monotonic() + (self.every or math.inf)

    def take(self, why):
        baseline = self.look()
        if why == "asked" and self.signal:
            unheard, until = self.signal_process(self.signal), time.monotonic() + 60
            while self.look() == baseline and not unheard.is_set() and time.monotonic() < until:
                self.pause(0.1)
        with self.lock:
            for _ in range(5):
                seen = self.settle()
                if why == "asked" and not any(v[0] != "dir" for v in seen.values()):
                    raise OSError("there is nothing in %s yet" % self.request["checkpoints"]["dir"])
                if seen == self.last or not any(v[0] != "dir" for v in seen.values()):
                    if why == "asked" and self.shared.checkpoint:
                        self.report(dict(self.shared.checkpoint, why=why))
                    return
                try:
                    return self.pack(seen, why)
                except Changed as error:
                    note("checkpoint: %s, again" % error)
            raise OSError("the directory changed while it was packed, five times")

    def pause(self, seconds):
        if self.stopping.wait(seconds):
            raise Aborted()

    def settle(self):
        """Waits until nothing has changed for SETTLE_SECONDS."""
        patience = max(120.0, self.every)
        seen, since, until = self.look(), time.monotonic(), time.monotonic() + patience
        while time.monotonic() - since < SETTLE_SECONDS or seen is None:
            if time.monotonic() > until:
                raise OSError("the directory was never unchanged for %d s in the last %d s; what is written all the time, "
                              "such as logs, belongs elsewhere" % (SETTLE_SECONDS, patience))
            self.pause(0.25)
            now = self.look()
            if now != seen or now is None:
                seen, since = now, time.monotonic()
        return seen

    def last_one(self, why):
        """The checkpoint at the end. The process is gone, so there is nothing to wait for."""
        self.stopping.set()
        with self.lock:
            self.gone = True
            for attempt in range(3):
                seen = self.look()
                if seen is None:
                    time.sleep(0.2)
                    continue
                if seen == self.last or not any(v[0] != "dir" for v in seen.values()):
                    return
                try:
                    return self.pack(seen, why)
                except Changed as error:
                    note("last checkpoint, try %d: %s" % (attempt + 1, error))
            raise OSError("the directory kept changing after the process had ended")

    def hold(self, seen):
        """A second name for each file, so that a training process that replaces or removes its files while they are
        uploaded does no harm. Where that cannot be (another file system), the directory itself is read."""
        remove(self.stage)
        root = os.path.realpath(self.root)
        try:
            os.makedirs(self.stage, mode=0o700)
            for path, (kind, _, _, _, _) in seen.items():
                target = os.path.join(self.stage, path)
                if kind == "dir":
                    os.makedirs(target, exist_ok=True)
                elif kind == "file":
                    os.makedirs(os.path.dirname(target), exist_ok=True)
                    os.link(os.path.join(root, path), target, follow_symlinks=False)
        except FileNotFoundError:
            raise Changed("a file went away")
        except OSError:
            remove(self.stage)
            return root
        if self.look() != seen:
            raise Changed("the directory changed")
        return self.stage

    def next_step(self):
        """The last metrics step; without metrics a counter. Never below the newest checkpoint, which restore goes by."""
        floor = self.step if self.step is not None else 0
        self.shared.metrics.pump()
        step = self.shared.metrics.step
        return floor + 1 if step is None else max(floor, step)

    def deadline(self):
        return time.time() + 120

    def pack(self, seen, why):
        began, step = time.monotonic(), self.next_step()
        root = self.hold(seen)
        try:
            files = self.parts(root, seen)
            after = scan(root)
            if {p: v for p, v in after.items() if v[0] == "file"} != {p: v for p, v in seen.items() if v[0] == "file"} \
                    or (root != self.stage and after != seen):
                raise Changed("the directory changed")
            size = sum(file.get("size", 0) for file in files)
            manifest = {"format": 1, "run": self.request["run"], "attempt": self.request["attempt"],
                        "node": self.request["node"], "step": step, "createdAt": iso(time.time()), "why": why,
                        "bytes": size, "files": files,
                        "dirs": sorted(path for path, value in seen.items() if value[0] == "dir")}
            name = "checkpoints/%012d/manifest.json" % step
            self.uploads.put(name, Bytes(json.dumps(manifest).encode()), self.deadline, aborted=self.aborted)
        finally:
            remove(self.stage)
        self.step, self.last = step, seen
        # Only what the newest manifest names is surely kept when old checkpoints are pruned.
        self.have = {part["sha256"] for file in files for part in file.get("parts", [])}
        self.report({"step": step, "key": self.uploads.grant(None)[0]["keyPrefix"] + name, "bytes": size,
                     "seconds": round(time.monotonic() - began, 3), "why": why})

    def aborted(self):
        """A periodic checkpoint gives way to the last one, which reuses the parts that are up."""
        return self.stopping.is_set() and not self.gone

    def parts(self, root, seen):
        """Uploads what is not there yet; returns the manifest's file list."""
        tasks, files = [], []
        for path, (kind, mode, size, mtime, target) in sorted(seen.items()):
            if kind == "file":
                entry = {"path": path, "mode": mode, "size": size, "mtime": mtime / 1e9,
                         "parts": [{"sha256": "", "bytes": min(CHUNK, size - at)} for at in range(0, size, CHUNK)]}
                files.append(entry)
                tasks += [(os.path.join(root, path), at * CHUNK, part) for at, part in enumerate(entry["parts"])]
            elif kind == "link":
                inner = self.inner_link(path, target)
                if inner is not None:
                    files.append({"path": path, "link": inner})

        def one(task):
            full, offset, part = task
            if self.aborted():
                raise Aborted()
            try:
                digest = hash_range(full, offset, part["bytes"])
                if digest not in self.have:
                    body = FileRange(full, offset, part["bytes"], digest)
                    body.aborted = self.aborted
                    self.uploads.put("checkpoints/parts/" + digest, body, self.deadline, aborted=self.aborted)
                    self.have.add(digest)
                part["sha256"] = digest
            except FileNotFoundError:
                raise Changed("a file went away")

        parallel(one, tasks)
        return files

    def inner_link(self, path, target):
        """The target of a link as it is kept: relative, and inside the directory; None for one that leads out."""
        root = os.path.realpath(self.root)
        if os.path.isabs(target) and os.path.normpath(target).startswith((root + "/", self.root + "/")):
            base = root if os.path.normpath(target).startswith(root + "/") else self.root
            target = os.path.relpath(os.path.normpath(target), os.path.dirname(os.path.join(base, path)))
        if link_stays(root, path, target) and links_stay(root, [path]) is None:
            return target
        self.shared.problem("checkpoint: the link %r points out of the directory and is left out" % path)
        return None

    def report(self, checkpoint):
        with self.shared.lock:
            self.shared.checkpoint, self.shared.failed = dict(checkpoint, at=iso(time.time())), None
            self.shared.send(checkpoint_event(self.shared.checkpoint))
        self.shared.save()

    def fail(self, error):
        message = "checkpoint: " + describe(error)
        note(message)
        with self.shared.lock:
            self.shared.failed = message[:300]
            self.shared.send({"t": "checkpoint-failed", "message": self.shared.failed})


def checkpoint_event(checkpoint):
    return dict({name: checkpoint[name] for name in ("step", "key", "bytes", "seconds", "why")}, t="checkpoint")


def signal_number(name):
    if not name:
        return None
    try:
        return getattr(signal, name if name.startswith("SIG") else "SIG" + name).value
    except AttributeError:
        raise AgentError("bad-request", "checkpoints.signal: %r is no signal of this host" % name)


# ---------------------------------------------------------------------------------------------- outputs


class Outputs:
    """Uploads the outputs of a run at its end, with an index of their hashes (outputs.json)."""

    def __init__(self, directory, request, shared, uploads, deadline):
        self.code = os.path.join(directory, "code")
        self.wanted = request.get("outputs") or []
        self.shared, self.uploads, self.deadline = shared, uploads, deadline
        self.limit = int(request.get("largeAboveBytes") or POST_LIMIT)
        self.large = LargeFiles(shared, uploads, deadline, float(request.get("largeAnswerSeconds") or ANSWER_SECONDS))

    def find(self, index, source):
        """[(path on disk, name below the destination)] of one output."""
        path = relative(source, "outputs.from")
        full = inside(self.code, path, "outputs.from")
        own = self.uploads.grant(index)[2]
        if os.path.isfile(full):
            return [(self.real(full), ("" if own else "outputs/") + os.path.basename(path))]
        base = "" if own else "outputs/" if path == "outputs" else "outputs/%s/" % path if path else "outputs/"
        found = []
        for folder, folders, names in os.walk(full):
            for name in sorted(names) + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
                place = os.path.join(folder, name)
                real = self.real(place)
                shown = os.path.relpath(place, full)
                if real is None or not os.path.isfile(real):
                    if os.path.islink(place):
                        self.shared.problem("output %s: the link %r leads to no file of the code's folder and is left out"
                                            % (source, shown))
                    continue
                found.append((real, base + shown))
        return found

    def real(self, path):
        """Where a link leads, when that is inside the code's folder: links are followed no farther."""
        real, root = os.path.realpath(path), os.path.realpath(self.code)
        return real if real.startswith(root + "/") else None

    def upload(self, code):
        """Everything that is there; what cannot be uploaded is said. Returns the `outputs` of HostFinal."""
        plan, results = [], []
        for index, output in enumerate(self.wanted):
            try:
                files = [f for f in self.find(index, output["from"]) if f[0]]
            except AgentError as error:
                self.shared.problem("output %s: %s" % (output["from"], error.message))
                files = []
            if not files and code == 0 and not os.path.lexists(os.path.join(self.code, output["from"])):
                if relative(output["from"]) != "outputs":
                    self.shared.problem("output %s: the command has written nothing there" % output["from"])
            results.append({"index": index, "files": 0, "bytes": 0})
            plan += [(index, real, name) for real, name in files]
        if not plan:
            return results
        # The large ones wait for others: last, so that nothing waits for them.
        plan.sort(key=lambda item: self.too_large(item[1]))
        failures, listing, lock, total, told = {}, [], threading.Lock(), len(plan), [0.0]
        self.shared.send({"t": "upload", "done": 0, "total": total})

        def one(item):
            index, real, name = item
            try:
                size, digest = self.put(index, real, name)
                with lock:
                    results[index]["files"] += 1
                    results[index]["bytes"] += size
                    listing.append({"index": index, "name": name, "bytes": size, "sha256": digest})
            except (Transient, Refused, Changed, OSError, ValueError) as error:
                with lock:
                    failures.setdefault(index, []).append("%s: %s" % (name, describe(error)))
            with lock:
                done = len(listing) + sum(len(f) for f in failures.values())
                if done == total or time.monotonic() - told[0] >= 1:
                    told[0] = time.monotonic()
                    self.shared.send({"t": "upload", "done": done, "total": total})

        parallel(one, plan)
        for index, texts in sorted(failures.items()):
            self.shared.problem("output %s: %d of %d files are not in S3 (%s)"
                                % (self.wanted[index]["from"], len(texts),
                                   len([p for p in plan if p[0] == index]), texts[0]))
        self.index(listing)
        return results

    def put(self, index, real, name):
        """One file, hashed on its way; sent again when it changed under way."""
        name.encode("utf-8")
        for last in (False, False, True):
            size = os.path.getsize(real)
            body = FileRange(real, 0, size)
            try:
                if size > self.limit:
                    return size, self.large.put(index, real, name, size)
                self.uploads.put(name, body, self.deadline, index)
                return size, body.digest.hexdigest()
            except Changed:
                if last:
                    raise
        raise Changed(name)

    def too_large(self, real):
        try:
            return os.path.getsize(real) > self.limit
        except OSError:
            return False

    def index(self, listing):
        files = [dict(entry, **{"from": self.wanted[entry["index"]]["from"]}) for entry in listing]
        files.sort(key=lambda entry: (entry["index"], entry["name"]))
        try:
            self.uploads.put("outputs.json", Bytes(json.dumps({"format": 1, "files": files}).encode()), self.deadline)
        except (Transient, Refused) as error:
            self.shared.problem("outputs.json, the index of the outputs: %s" % describe(error))


# ---------------------------------------------------------------------------------------------- clients


class Client:
    """One attached connection: its events go out by a thread of its own, so that a slow one holds up nobody."""

    def __init__(self, sock, shared):
        self.sock, self.shared, self.queue = sock, shared, queue.Queue()
        self.done = threading.Event()

    def write(self):
        seen, beaten = None, time.monotonic()
        try:
            while True:
                event = None
                with contextlib.suppress(queue.Empty):
                    event = self.queue.get(timeout=0.25)
                if event == "close":
                    return
                if event is not None:
                    self.line(event)
                now, figures = time.monotonic(), self.shared.figures()
                if self.shared.exit and self.shared.uploads:
                    # Whoever waits for the last uploads sees whether they get anywhere.
                    figures["sent"] = self.shared.uploads.sent
                if self.shared.final is None and ((figures != seen and now - beaten >= 1) or now - beaten >= 10):
                    self.line(dict(figures, t="beat"))
                    seen, beaten = figures, now
        except OSError:
            return
        finally:
            self.done.set()
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def line(self, event):
        self.sock.sendall(json.dumps(event).encode() + b"\n")


class Server:
    """The unix socket of the daemon: `attach`, and the one-line requests of stop, checkpoint and status."""

    def __init__(self, daemon):
        self.daemon, self.shared = daemon, daemon.shared
        os.chdir(self.shared.state_dir)  # a relative name: socket paths end at 108 bytes
        with contextlib.suppress(FileNotFoundError):
            os.unlink("agent.sock")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind("agent.sock")
        os.chmod("agent.sock", 0o600)
        self.socket.listen(16)

    def run(self):
        while True:
            connection, _ = self.socket.accept()
            background(lambda c=connection: self.serve(c), "client")

    def serve(self, sock):
        sock.settimeout(60)
        with sock, sock.makefile("rb") as lines:
            request = parse_line(lines.readline(MIB))
            if request is None:
                return
            if request.get("t") == "attach":
                self.attach(sock, lines, request)
            else:
                answer = self.daemon.command(request)
                sock.sendall(json.dumps(answer).encode() + b"\n")

    def attach(self, sock, lines, request):
        """Serves the newest epoch: whoever comes with it replaces the one before; an older one is told so."""
        client, shared, epoch = Client(sock, self.shared), self.shared, int(request.get("epoch") or 0)
        with shared.lock:
            if epoch < shared.epoch:
                client.line({"t": "superseded", "epoch": shared.epoch})
                return
            if shared.client:
                shared.client.queue.put({"t": "superseded", "epoch": epoch})
                shared.client.queue.put("close")
            shared.epoch = epoch
            shared.client = client
            for event in self.replay():
                client.queue.put(event)
        with contextlib.suppress(OSError):
            write_atomic(os.path.join(shared.state_dir, "epoch"), b"%d" % epoch)
        background(client.write, "client writer")
        sock.settimeout(None)
        with contextlib.suppress(OSError, ValueError):
            while True:
                line = lines.readline(MIB)
                if not line:
                    break
                command = parse_line(line)
                with shared.lock:
                    current = shared.client is client
                if command is not None and current:
                    self.daemon.command(command)
        if shared.client is not client or shared.final is not None:
            client.done.wait(60)  # its last words are still on their way
        with shared.lock:
            if shared.client is client:
                shared.client = None
        client.queue.put("close")

    def replay(self):
        """The hello, and what stands: a client that comes back has missed nothing that matters."""
        now = self.shared.snapshot()
        yield hello(self.shared.epoch, now)
        for event in standing(now):
            yield event
        for event in list(self.shared.asking.values()):
            yield event


def hello(epoch, now):
    return dict({name: now.get(name) for name in ("phase", "logBytes", "logUploaded", "step", "final")}, t="hello",
                epoch=epoch)


def standing(now):
    """The events that still say something, of a state as `status` answers it."""
    if now.get("notice"):
        yield {"t": "notice", "notice": now["notice"]}
    if now.get("checkpoint"):
        yield checkpoint_event(now["checkpoint"])
    if now.get("checkpointFailed"):
        yield {"t": "checkpoint-failed", "message": now["checkpointFailed"]}
    if now.get("exit"):
        yield dict(now["exit"], t="exit")
    if now.get("final"):
        yield {"t": "final", "final": now["final"]}


def parse_line(line):
    try:
        document = json.loads(line.decode("utf-8"))
        return document if isinstance(document, dict) else None
    except (ValueError, AttributeError):
        return None


def background(function, name):
    """A daemon thread whose death is at least written down."""

    def guarded():
        try:
            function()
        except Exception:
            note("%s: %s" % (name, traceback.format_exc()))

    thread = threading.Thread(target=guarded, name=name, daemon=True)
    thread.start()
    return thread


# ---------------------------------------------------------------------------------------------- the daemon


class Daemon:
    """Supervises one training process until everything it left is in S3, whoever is or is not attached."""

    def __init__(self, directory, request):
        self.directory, self.request = directory, request
        self.state_dir = os.path.join(directory, "state")
        self.shared, self.uploads = Shared(self.state_dir), Uploads(request["grants"])
        self.shared.uploads = self.uploads
        self.grace = float(request["checkpoints"].get("graceSeconds") or 0)
        self.reserve = float(request.get("noticeReserveSeconds") or 0)
        self.stop_lock, self.kill_at, self.signalled, self.termed = threading.Lock(), None, None, False
        # The process has ended; everything it left is uploaded.
        self.over, self.uploaded = threading.Event(), threading.Event()
        self.live_last = (None, 0.0)
        self.ended_at, self.end_by, self.pending_signal = 0.0, None, []
        self.wake_read, self.wake_write = socket.socketpair()
        for end in (self.wake_read, self.wake_write):
            end.setblocking(False)

    def start(self):
        """Starts the command; raises when it cannot be."""
        code = os.path.join(self.directory, "code")
        for path in (code, os.path.join(code, "outputs")):
            os.makedirs(path, exist_ok=True)
        self.shared.lease_until = float(self.request["leaseUntil"])
        write_lease(self.state_dir, self.shared.lease_until)
        self.checkpoints = Checkpoints(self.directory, self.request, self.shared, self.uploads, self.signal_process)
        self.checkpoints.open()
        self.outputs = Outputs(self.directory, self.request, self.shared, self.uploads, self.deadline)
        become_subreaper()
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: background(lambda: self.stop("lease", self.grace), "host shutdown"))
        signal.set_wakeup_fd(self.wake_write.fileno(), warn_on_full_buffer=False)
        metrics = os.path.join(self.directory, "metrics")
        open(metrics, "ab").close()
        self.shared.metrics = Metrics(metrics, os.path.join(self.state_dir, "metrics.copy"))
        self.server = Server(self)
        self.training = Training(self.request["command"], code,
                                 training_env(self.request, self.directory, self.checkpoints.root))
        self.shared.log = Log(os.path.join(self.directory, "log"), self.training.out, self.training.err)
        self.log = Segments(self.uploads, "log", os.path.join(self.directory, "log"))
        self.metrics = Segments(self.uploads, "metrics", os.path.join(self.state_dir, "metrics.copy"))

    def run(self):
        """From the started command to the final word."""
        background(self.shared.log.run, "log")
        self.shared.set_phase("training")
        background(self.server.run, "server")
        background(self.checkpoints.run, "checkpoints")
        self.shipping = background(lambda: self.every(0.5, self.ship, self.over), "uploads")
        self.living = background(lambda: self.every(2.0, self.live, self.uploaded), "live")
        background(lambda: self.every(0.5, self.shared.metrics.pump), "metrics")
        imds = Imds()
        background(lambda: self.every(2.0, lambda: self.heed(imds.notice())), "notices")
        while not self.training.reap():
            self.tend()
            select.select([self.wake_read], [], [], 0.1 if self.kill_at else 1.0)
            with contextlib.suppress(BlockingIOError):
                while self.wake_read.recv(4096):
                    pass
        self.finish()

    def every(self, seconds, function, until=None):
        """Calls function at that pace until the event is set; what it raises is noted, and it goes on."""
        until = until or threading.Event()
        while not until.is_set():
            began = time.monotonic()
            try:
                function()
            except Exception as error:
                note("%s: %s" % (threading.current_thread().name, describe(error)))
            until.wait(max(0.05, seconds - (time.monotonic() - began)))

    # Endings that are asked for.

    def command(self, request):
        """What an attached client or a verb asks for. A line that makes no sense costs nothing but a note."""
        try:
            self.obey(request)
        except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
            note("command %r: %s: %s" % (request.get("t"), type(error).__name__, error))
        return dict(self.shared.snapshot(), pid=self.training.pid, alive=True)

    def obey(self, request):
        kind = request.get("t")
        if kind == "renew":
            self.renew(request)
        elif kind == "stop":
            grace = 0 if request.get("mode") == "now" else request.get("graceSeconds")
            by = request.get("by") if request.get("by") in ("stop", "lease") else "stop"
            self.stop(by, self.grace if grace is None else max(0.0, float(grace)))
        elif kind == "checkpoint":
            self.checkpoints.asked.set()
        elif kind in ("parts", "joined", "refused"):
            self.outputs.large.hear(request)
        elif kind != "status":
            note("unknown command %r" % kind)

    def renew(self, request):
        with self.shared.lock:
            self.shared.lease_until = float(request["leaseUntil"])
        if request.get("grants"):
            self.uploads.renew(request["grants"])
        write_lease(self.state_dir, self.shared.lease_until)

    def heed(self, notice):
        """Acts on a notice, whether anybody is attached or not."""
        if not notice:
            return
        with self.shared.lock:
            standing = self.shared.notice
            if standing == notice or (standing and standing["time"] <= notice["time"]):
                return
            self.shared.notice = notice
            self.shared.send({"t": "notice", "notice": notice})
        left = parse_iso(notice["time"]) - time.time()
        # The last checkpoint will take about as long as the one before: at most half of the time is kept for it.
        needed = 1.5 * ((self.shared.checkpoint or {}).get("seconds") or 0)
        reserve = max(self.reserve, min(needed, left / 2))
        self.stop("notice", min(self.grace, max(1.0, left - reserve)))
        self.shared.save()

    def stop(self, by, grace):
        """Asks the main thread to end the process; a second request can only bring the KILL nearer."""
        if self.shared.exit:
            return
        with self.stop_lock:
            at = time.time() + grace
            self.kill_at = at if self.kill_at is None else min(self.kill_at, at)
            first = self.shared.stopped_by is None
            if first:
                self.shared.stopped_by = by
        if first:
            self.checkpoints.stopping.set()
            # `live` saves it soon: whoever sends TERM does not wait for a slow disk while the grace runs.
            self.shared.set_phase("stopping", save=False)
        self.wake()

    def wake(self):
        with contextlib.suppress(OSError):
            self.wake_write.send(b"w")

    def signal_process(self, number):
        """To the command; from the main thread, which alone knows that it still lives. The answer is set when nobody heeds it."""
        unheard = threading.Event()
        self.pending_signal.append((number, unheard))
        self.wake()
        return unheard

    def tend(self):
        """What is due, while the process runs."""
        while self.pending_signal:
            number, unheard = self.pending_signal.pop(0)
            if not self.training.signal(number):
                unheard.set()
        if self.kill_at is None:
            if time.time() >= self.shared.lease_until:
                note("the lease has run out")
                self.stop("lease", self.grace)
            else:
                return
        if time.time() >= self.kill_at:
            self.training.kill()
        elif self.termed or self.signal_heeded():
            self.termed = True
            self.training.term()

    def signal_heeded(self):
        """With `checkpoints.signal`, a coming stop is told by it first; TERM follows when the directory has changed and
        been still for a second, when half of the grace is over, or at once when nobody heeds the signal."""
        if not self.checkpoints.signal:
            return True
        now, seen = time.time(), self.checkpoints.look()
        if self.signalled is None:
            self.signalled = {"half": now + (self.kill_at - now) / 2, "first": seen, "seen": seen, "since": now}
            if not self.training.signal(self.checkpoints.signal):
                self.signalled["half"] = now
        state = self.signalled
        if seen != state["seen"]:
            state.update(seen=seen, since=now)
        return now >= state["half"] or (state["seen"] != state["first"] and now - state["since"] >= 1)

    # What goes to S3 while it runs.

    def ship(self):
        """New bytes of log and metrics, at most 2 s behind."""
        soon = time.time() + 10

        def deadline():
            return min(soon, self.deadline())

        self.log.ship(self.shared.log.size, deadline, self.shipped)
        self.metrics.ship(self.shared.metrics.size, deadline)

    def shipped(self, end):
        self.shared.log_uploaded = end

    def live(self, always=False):
        """live.json: what is too lively for a workflow's history."""
        shared = self.shared
        with shared.lock:
            figures = shared.figures()
            document = {"attempt": self.request["attempt"], "node": self.request["node"], "phase": shared.phase,
                        "logBytes": figures["logBytes"], "logUploaded": figures["logUploaded"]}
            for name in ("step", "metrics"):
                if figures[name] is not None:
                    document[name] = figures[name]
            if shared.checkpoint:
                document["checkpoint"] = {name: shared.checkpoint[name] for name in ("step", "key", "bytes", "at")}
            if shared.notice:
                document["notice"] = shared.notice
            if shared.exit:
                document["exit"] = {"code": shared.exit["code"], "signal": shared.exit["signal"]}
        shared.save()
        last, at = self.live_last
        if document == last and time.monotonic() - at < 10 and not always:
            return
        soon = time.time() + 10
        self.uploads.put("live.json", Bytes(json.dumps(dict(document, at=iso(time.time()))).encode()),
                         self.deadline if always else lambda: min(soon, self.deadline()), counts=False)
        self.live_last = (document, time.monotonic())

    # The end.

    def deadline(self):
        """When the last upload must be over: before the instance is taken, and before the host's lease ends it."""
        if self.end_by is None:
            end = math.inf
        else:
            # Large files may take longer than failures may: what moves or succeeds moves the end, inside the lease. Past
            # the lease bytes must go on moving, and for no longer than the host is left alone.
            moved = max(self.uploads.moved, self.ended_at)
            end = min(max(self.end_by, self.uploads.succeeded + 120, moved + 120),
                      max(min(moved + STANDSTILL, self.ended_at + LAST_UPLOAD), self.shared.lease_until + self.grace))
        return min(end, parse_iso(self.shared.notice["time"])) if self.shared.notice else end

    def finish(self):
        """Everything that the process left, in the order of its worth, whatever goes wrong on the way."""
        shared, now = self.shared, time.time()
        code, name = self.training.ending()
        with shared.lock:
            shared.exit = {"code": code, "signal": name, "stoppedBy": shared.stopped_by}
        self.checkpoints.stopping.set()
        self.ended_at, self.end_by = now, now + 900
        self.checkpoints.deadline = self.deadline
        self.training.end_leftovers(self.kill_at if self.kill_at is not None else now + min(3.0, self.grace))
        shared.log.finish()
        with shared.lock:
            shared.send(dict(shared.exit, t="exit"))
        shared.set_phase("uploading")
        self.over.set()
        background(lambda: self.every(2.0, self.stay, self.uploaded), "stay")
        self.shipping.join(30)
        shared.metrics.finish()
        results = [{"index": i, "files": 0, "bytes": 0} for i in range(len(self.request.get("outputs") or []))]
        self.attempt("log", self.last_log)
        why = {"notice": "notice", "stop": "stop", "lease": "stop"}.get(shared.stopped_by or "", "exit")
        self.attempt("last checkpoint", lambda: self.checkpoints.last_one(why))
        results = self.attempt("outputs", lambda: self.outputs.upload(code)) or results
        self.attempt("metrics", lambda: self.metrics.ship(shared.metrics.size, self.deadline))
        # Until here whoever watches sees how far the uploads are.
        self.uploaded.set()
        self.living.join(30)
        final = self.last_word(results)
        with shared.lock:
            shared.phase = "final"
        with contextlib.suppress(Exception):
            self.live(always=True)
        with shared.lock:
            final["notice"] = shared.notice
        kept = self.keep_final(final)
        with shared.lock:
            shared.final = final
            client = shared.client
            shared.send({"t": "phase", "phase": "final"})
            shared.send({"t": "final", "final": final})
            shared.send("close")
        shared.save()
        until = time.monotonic() + 900
        while not kept and time.monotonic() < until:
            time.sleep(1)
            kept = self.keep_final(final)
        if client:
            client.done.wait(10)
        # For a worker that comes back when this host is no more: a finished command must not be run again.
        with contextlib.suppress(Exception):
            self.uploads.put("final.json", Bytes(json.dumps(final).encode()), self.deadline)

    def stay(self):
        """Tells the dead-man timer that bytes still move: it then waits, within bounds of its own."""
        if self.uploads.moved > time.time() - STANDSTILL:
            write_busy(self.uploads.moved + 2 * STANDSTILL)

    def keep_final(self, final):
        """Writes the last word to disk. On a full disk it stays in memory, and the daemon stays to tell it."""
        try:
            write_json(os.path.join(self.state_dir, "final.json"), final)
            return True
        except OSError as error:
            note("final.json: %s" % describe(error))
            remove(os.path.join(self.directory, "tmp"))
            return False

    def attempt(self, what, function):
        """One step of the end: its failure is told and does not keep the others from being done."""
        try:
            return function()
        except (Transient, Refused) as error:
            self.shared.problem("%s: %s" % (what, describe(error)))
        except Exception as error:
            note(traceback.format_exc())
            self.shared.problem("%s: %s" % (what, describe(error)))
        return None

    def last_log(self):
        log = self.shared.log
        try:
            self.log.ship(log.size, self.deadline, self.shipped)
        finally:
            if log.lost:
                self.shared.problem("log: %d bytes were lost because the disk was full" % log.lost)
            if self.log.uploaded < log.size:
                self.shared.problem("log: the bytes from %d to %d are not in S3" % (self.log.uploaded, log.size))
        if not self.shared.notice:
            soon = time.time() + 3
            self.log.compact(lambda: soon, 1, 2)

    def last_word(self, results):
        """HostFinal. It travels through a workflow's history, so it is small and holds no secret."""
        shared, figures = self.shared, self.shared.figures()
        checkpoint = shared.checkpoint
        return dict(
            figures, code=shared.exit["code"], signal=shared.exit["signal"], stoppedBy=shared.exit["stoppedBy"],
            tail=self.tail(), outputs=results, problems=list(shared.problems), notice=shared.notice,
            checkpoint={name: checkpoint[name] for name in ("step", "key", "bytes")} if checkpoint else None)

    def tail(self):
        """The last lines of stderr, or of the whole log when stderr was silent."""
        data = bytes(self.shared.log.ring)
        if not data.strip():
            with contextlib.suppress(OSError), open(os.path.join(self.directory, "log"), "rb") as file:
                file.seek(max(0, self.shared.log.size - 65536))
                data = file.read(65536)
        return last_lines(redact(data.decode("utf-8", "replace"), self.request.get("secrets")), TAIL_BYTES)


# ---------------------------------------------------------------------------------------------- start, attach, stop


def launch(directory, request, lock_fd):
    """Starts the daemon, detached from this connection, and returns its answer. The request, and with it the secrets,
    stays in memory: it reaches the daemon by fork."""
    answer_read, answer_write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setsid()
            if os.fork() == 0:
                os.close(answer_read)
                detach(directory, keep=answer_write)
                status = daemon_main(directory, request, answer_write)
        except BaseException:
            note(traceback.format_exc())
        finally:
            os._exit(status)
    os.close(answer_write)
    os.waitpid(child, 0)
    with os.fdopen(answer_read, "rb") as file:
        answer = parse_line(file.readline())
    del lock_fd  # held until here: a second start waits for the first one's answer
    if answer is None:
        raise AgentError("internal", "the agent's daemon ended before the command ran: see state/agent.log on the host")
    if "code" in answer:
        raise AgentError(answer["code"], answer["message"])
    return answer


def detach(directory, keep):
    """No file of the connection stays open, or sshd would wait for it; no signal stays blocked or ignored."""
    log = os.open(os.path.join(directory, "state", "agent.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDWR)
    for fd, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, fd)
    for fd in range(3, 256):
        if fd != keep:
            with contextlib.suppress(OSError):
                os.close(fd)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def daemon_main(directory, request, answer):
    """The daemon's process: answers the starting verb as soon as the command runs, then stays until the final word."""
    state = os.path.join(directory, "state")
    identity = {"pid": os.getpid(), "ticks": start_ticks(os.getpid()), "boot": boot_id(), "training": None}

    def reply(document):
        with contextlib.suppress(OSError):
            os.write(answer, json.dumps(document).encode() + b"\n")
        os.close(answer)

    daemon = None
    try:
        write_json(os.path.join(state, "agent.json"), identity)
        daemon = Daemon(directory, request)
        daemon.start()
        training = daemon.training.pid
        identity.update(training=training, trainingTicks=start_ticks(training), startedAt=iso(time.time()))
        write_json(os.path.join(state, "agent.json"), identity)
    except BaseException as error:
        note(traceback.format_exc())
        if daemon is not None and getattr(daemon, "training", None):
            daemon.training.kill()
        with contextlib.suppress(OSError):
            os.unlink(os.path.join(state, "agent.json"))
        reply({"code": error.code, "message": error.message} if isinstance(error, AgentError)
              else start_error(error, request["command"]))
        return 1
    reply({"pid": training})
    try:
        daemon.run()
        return 0
    except BaseException:
        note(traceback.format_exc())
        daemon.training.kill()
        raise


def start_error(error, command):
    """Plain words for a command that could not be started."""
    word = command[0] if isinstance(command, list) and command else "bash"
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return {"code": "command-not-found", "message": "command not found: %s is neither on PATH nor a file of the code"
                % shlex.quote(word)}
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno == errno.ENOEXEC):
        return {"code": "command-not-found", "message": "%s cannot be executed (%s): make it executable with a #! line, or "
                "name its interpreter" % (shlex.quote(word), error.strerror)}
    return {"code": "internal", "message": "the command could not be started: %s" % describe(error)}


def boot_id():
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def check_start(request):
    """A start request is checked whole before anything is created."""
    for name in ("run", "runKey", "attempt", "node", "command", "checkpoints", "grants", "leaseUntil"):
        if request.get(name) is None:
            raise AgentError("bad-request", "`%s` is missing" % name)
    command = request["command"]
    words = command if isinstance(command, list) else [command]
    if not words or not all(isinstance(word, str) and "\0" not in word for word in words) or not words[0].strip():
        raise AgentError("bad-request", "`command` must be a text, or a list of texts, and not empty")
    if not relative(request["checkpoints"]["dir"], "checkpoints.dir"):
        raise AgentError("bad-request", "checkpoints.dir cannot be the code's own folder")
    if "url" not in request["grants"].get("node", {}):
        raise AgentError("bad-request", "`grants.node` is missing")
    signal_number(request["checkpoints"].get("signal"))
    check_env(request)


def find_program(request, directory):
    """A list command runs as it is; its program is looked for with the PATH that it will have."""
    word, env = request["command"][0], process_env(request, directory)
    code = os.path.join(directory, "code")
    found = shutil.which(os.path.join(code, word) if "/" in word else word, path=env["PATH"])
    if not found:
        there = os.path.exists(os.path.join(code, word))
        error = start_error(PermissionError(errno.EACCES, "Permission denied") if there and "/" in word
                            else FileNotFoundError(), request["command"])
        raise AgentError(error["code"], error["message"])


def verb_start(request):
    """Starts training, once: a second start of the same node returns the first one's state."""
    directory = node_dir(request)
    check_start(request)
    with locked(directory, "start") as lock_fd:
        known = read_json(os.path.join(directory, "state", "agent.json"))
        if known:
            if not known.get("training"):
                raise AgentError("internal", "an earlier start was cut off before the command ran: see state/agent.log")
            return {"pid": known["training"], "started": False}
        os.makedirs(os.path.join(directory, "code"), exist_ok=True)
        if isinstance(request["command"], list):
            find_program(request, directory)
        answer = launch(directory, request, lock_fd)
        return {"pid": answer["pid"], "started": True}


def connect(directory):
    """A connection to the node's daemon; None when it is gone. Raises not-started when there never was one."""
    state = os.path.join(directory, "state")
    known = read_json(os.path.join(state, "agent.json"))
    if not known:
        raise AgentError("not-started", "no training has been started in %s" % os.path.relpath(directory, home()))
    until = time.monotonic() + 10
    while True:
        sock = socket.socket(socket.AF_UNIX)
        back = os.open(".", os.O_RDONLY)
        try:
            os.chdir(state)
            sock.connect("agent.sock")
            return sock
        except OSError:
            sock.close()
        finally:
            os.fchdir(back)
            os.close(back)
        alive = known["boot"] == boot_id() and start_ticks(known["pid"]) == known["ticks"]
        if not alive or time.monotonic() > until or os.path.exists(os.path.join(state, "final.json")):
            return None
        time.sleep(0.1)


def ended(directory):
    """The final word of a daemon that is gone. One that died without it (a reboot, a kill) gets one made here, after what
    may be left of its process has been ended: it must never train on unseen."""
    state = os.path.join(directory, "state")
    final = read_json(os.path.join(state, "final.json"))
    if final:
        return final
    known, last = read_json(os.path.join(state, "agent.json")) or {}, read_json(os.path.join(state, "state.json")) or {}
    if known.get("training") and known.get("boot") == boot_id() \
            and start_ticks(known["training"]) == known.get("trainingTicks"):
        for pid in descendants(known["training"]) + [known["training"]]:
            send_signal(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.killpg(known["training"], signal.SIGKILL)
    size = 0
    with contextlib.suppress(OSError):
        size = os.path.getsize(os.path.join(directory, "log"))
    checkpoint, gone = last.get("checkpoint"), last.get("exit") or {}
    final = {"code": gone.get("code"), "signal": gone.get("signal"), "stoppedBy": gone.get("stoppedBy"), "tail": "",
             "logBytes": size, "logUploaded": last.get("logUploaded", 0), "step": last.get("step"),
             "metrics": last.get("metrics"), "outputs": [], "notice": last.get("notice"), "lost": True,
             "checkpoint": {name: checkpoint[name] for name in ("step", "key", "bytes")} if checkpoint else None,
             "problems": (last.get("problems") or []) + [
                 "the agent ended without its last word (the host was rebooted, or it was killed): what was written after "
                 "byte %d of the log and after the last checkpoint is not in S3" % last.get("logUploaded", 0)]}
    write_json(os.path.join(state, "final.json"), final)
    return final


def verb_attach(directory, epoch):
    """Connects stdin and stdout to the daemon. The end of stdin detaches; the final word ends it."""
    while True:
        sock = connect(directory)
        if sock is None:
            return attach_ended(directory, epoch)
        if relay(sock, epoch):
            return None
        time.sleep(0.1)


def attach_ended(directory, epoch):
    """Serves the final word from disk."""
    with locked(directory, "final", quiet=True):
        final = ended(directory)
        path = os.path.join(directory, "state", "epoch")
        newest = -1
        with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
            newest = int(file.read())
        if epoch < newest:
            emit({"t": "superseded", "epoch": newest})
            return None
        write_atomic(path, b"%d" % epoch)
    last = read_json(os.path.join(directory, "state", "state.json")) or {}
    now = dict(last, phase="final", final=final, logBytes=final["logBytes"], logUploaded=final["logUploaded"],
               step=final["step"], notice=final["notice"])
    emit(hello(epoch, now))
    for event in standing(now):
        emit(event)
    return None


def relay(sock, epoch):
    """Copies lines both ways; False when the daemon went away before its first word."""
    stdin_open, heard = True, False
    sock.sendall(json.dumps({"t": "attach", "epoch": epoch}).encode() + b"\n")
    with sock:
        while True:
            ready, _, _ = select.select([sock, 0] if stdin_open else [sock], [], [])
            if 0 in ready:
                piece = os.read(0, 65536)
                if not piece:
                    return True
                with contextlib.suppress(OSError):
                    sock.sendall(piece)
            if sock in ready:
                try:
                    piece = sock.recv(65536)
                except OSError:
                    piece = b""
                if not piece:
                    return heard
                heard = True
                view = memoryview(piece)
                while view:
                    view = view[os.write(1, view):]


def ask(directory, command):
    """One request to the daemon; what the daemon left behind when it is gone."""
    sock = connect(directory)
    if sock is not None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(30)
            sock.sendall(json.dumps(command).encode() + b"\n")
            with sock.makefile("rb") as lines:
                answer = parse_line(lines.readline())
            if answer is not None:
                return answer
    with locked(directory, "final", quiet=True):
        final = ended(directory)
    known = read_json(os.path.join(directory, "state", "agent.json")) or {}
    last = read_json(os.path.join(directory, "state", "state.json")) or {}
    return dict(last, phase="final", final=final, alive=False, pid=known.get("training"))


def verb_stop(request):
    """Tells the daemon to end the process; returns when it has been told."""
    command = {"t": "stop", "mode": request.get("mode", "graceful"), "graceSeconds": request.get("graceSeconds"),
               "by": request.get("by", "stop")}
    return {"phase": ask(node_dir(request), command)["phase"]}


def verb_checkpoint(request):
    """Asks for a checkpoint; it is reported to whoever is attached, and in live.json."""
    return {"phase": ask(node_dir(request), {"t": "checkpoint"})["phase"]}


def verb_status(request):
    return ask(node_dir(request), {"t": "status"})


def stop_all(by, grace, wait):
    """Ends every training of this user and waits for the last words: for the dead-man timer, which knows no run."""
    pattern = os.path.join(glob.escape(home()), "trainctl", "*", "*", "*", "state", "agent.json")
    left = [os.path.dirname(os.path.dirname(path)) for path in glob.glob(pattern)]
    for directory in left:
        ask(directory, {"t": "stop", "mode": "graceful", "graceSeconds": grace, "by": by})
    count, until = len(left), time.monotonic() + wait
    while left and time.monotonic() < until:
        left = [d for d in left if not os.path.exists(os.path.join(d, "state", "final.json"))]
        time.sleep(0.2 if left else 0)
    return {"stopped": count - len(left), "left": len(left)}


# ---------------------------------------------------------------------------------------------- verbs


def verb_probe(_request):
    """What the host is, for people and for the choice of tools."""
    uv, gpus = find_uv(), []
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        if uv:
            uv = subprocess.run([uv, "--version"], stdout=subprocess.PIPE, timeout=10, check=True).stdout.decode().split()[1]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        found = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, timeout=20, check=True).stdout.decode("utf-8", "replace")
        gpus = [line.strip() for line in found.splitlines() if line.strip()]
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {"python": "%d.%d.%d" % sys.version_info[:3], "uv": uv, "cpus": cpus,
            "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "diskFreeBytes": shutil.disk_usage(home()).free, "gpus": gpus}


VERBS = {"probe": verb_probe, "sync": verb_sync, "install": verb_install, "fetch": verb_fetch, "restore": verb_restore,
         "start": verb_start, "stop": verb_stop, "checkpoint": verb_checkpoint, "status": verb_status}


def answer_verb(verb, options):
    """Reads the request, does the work, and prints the one answer. Returns the exit code."""
    try:
        if verb == "attach":
            verb_attach(node_dir({"dir": options.dir}), options.epoch)
            return 0
        if verb == "stop" and options.all:
            result = stop_all(options.by, options.grace, options.wait)
        else:
            text = sys.stdin.buffer.read()
            try:
                request = json.loads(text.decode("utf-8") or "{}")
            except ValueError as error:
                raise AgentError("bad-request", "the request on stdin is not JSON: %s" % error)
            if not isinstance(request, dict):
                raise AgentError("bad-request", "the request on stdin is not a JSON object")
            result = VERBS[verb](request)
        emit({"t": "result", "result": result})
        return 0
    except AgentError as error:
        answer = {"t": "error", "code": error.code, "message": error.message}
        if error.tail is not None:
            answer["tail"] = error.tail
        emit(answer)
    except (BrokenPipeError, Interrupted):
        pass
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        note(traceback.format_exc())
        emit({"t": "error", "code": "internal", "message": "%s: %s" % (type(error).__name__, error)})
    except OSError as error:
        note(traceback.format_exc())
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        emit({"t": "error", "code": "disk-full" if full else "internal", "message": describe(error)})
    except (Transient, Refused) as error:
        emit({"t": "error", "code": "transfer", "message": describe(error)})
    return 1


def main():
    parser = argparse.ArgumentParser(description="The trainctl agent; docs/agent-protocol.md")
    parser.add_argument("verb", choices=sorted(VERBS) + ["attach"])
    parser.add_argument("--dir", help="attach: the node's folder, relative to home")
    parser.add_argument("--epoch", type=int, default=0, help="attach: only the newest epoch is served")
    parser.add_argument("--all", action="store_true", help="stop: every training of this user")
    parser.add_argument("--by", choices=["stop", "lease"], default="lease", help="stop --all: why")
    parser.add_argument("--grace", type=float, default=None, help="stop --all: seconds before KILL (default: each run's)")
    parser.add_argument("--wait", type=float, default=0, help="stop --all: seconds to wait for the last words")
    options = parser.parse_args()

    def interrupted(_number, _frame):
        raise Interrupted()

    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    code = answer_verb(options.verb, options)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
