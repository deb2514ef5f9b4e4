"""`sync`: brings the code snapshot into code/. Idempotent by the snapshot's hash."""

import gzip
import hashlib
import os
import tarfile

from ..archives.snapshot import gunzipped, merge
from ..archives.times import fetch_times, set_folder_times, set_times
from ..archives.untar import untar
from ..disk import check_space, disk_errors
from ..errors import AgentError, describe
from ..files import read_json, remove, write_json
from ..folders import replace_dir, temp_dir
from ..json_lines import progress
from ..locks import locked
from ..paths import node_dir
from ..transfers.download import download
from ..transfers.meter import Meter


def run(request):
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
            try:
                files, size = unpack_snapshot(directory, archive, fresh)
                with disk_errors(directory, "the times of the code snapshot"):
                    times = fetch_times(archive.get("times"), fresh + ".times.gz")
                os.chmod(fresh, 0o755)
                set_times(fresh, times)
                with locked(directory, "place", quiet=True):
                    bring(fresh, code, state, marker, times)
            finally:
                remove(fresh)
        else:
            os.makedirs(code, exist_ok=True)
        result = {"files": files, "bytes": size}
        write_json(os.path.join(state, "sync.json"), {"sha256": wanted, "result": result})
        return result


def bring(fresh, code, state, again, times):
    """Puts unpacked code in place. What is there stays, but for code of another hash (`again`)."""
    if again:
        replace_dir(fresh, code)
        return
    restored = (read_json(os.path.join(state, "restore.json")) or {}).get("target")
    os.makedirs(code, exist_ok=True)
    merge(fresh, code, os.path.join(code, restored) if restored else None)
    set_folder_times(code, times, restored)


def unpack_snapshot(directory, archive, fresh):
    """Downloads the snapshot, and unpacks it into the empty folder `fresh` once its hash is right."""
    packed = fresh + ".tar.gz"
    try:
        check_space(directory, archive.get("bytes") or 0, "the code snapshot")
        with disk_errors(directory, "the code snapshot"):
            download(archive["url"], packed, meter=Meter("code", archive.get("bytes") or 0))
            digest = hashlib.sha256()
            for piece in gunzipped(packed):
                digest.update(piece)
            if digest.hexdigest() != archive["sha256"]:
                raise AgentError(
                    "corrupt", "the code snapshot's sha256 is %s, expected %s" % (digest.hexdigest(), archive["sha256"])
                )
            progress("unpacking")
            try:
                with gzip.open(packed, "rb") as stream:
                    return untar(stream, fresh)
            except tarfile.TarError as error:
                raise AgentError("corrupt", "the code snapshot is not a tar file: %s" % describe(error))
    finally:
        remove(packed)
