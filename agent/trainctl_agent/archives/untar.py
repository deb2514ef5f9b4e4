"""Unpacks tar archives."""

import os
import stat
import tarfile
import time

from ..errors import AgentError
from ..folders import make_parents
from ..paths import link_stays, links_stay, relative
from ..sizes import READ

OLDEST = 315532800
"""1980, the oldest time that zip can hold. A snapshot's own times are all 1970, and mean nothing."""


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
                    raise AgentError(
                        "hostile", "archive link %r points to %r, out of the archive" % (member.name, member.linkname)
                    )
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
