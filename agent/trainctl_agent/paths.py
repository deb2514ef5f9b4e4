"""Paths that stay in their folder."""

import os

from .errors import AgentError


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
