"""The index of the outputs."""

import json

from ..errors import describe
from ..transfers.bodies import Bytes
from ..transfers.errors import Refused, Transient


def put_index(listing, wanted, uploads, deadline, problem):
    """Leaves outputs.json: where each file is, with its hash and mode."""
    files = [dict(entry, **{"from": wanted[entry["index"]]["from"]}) for entry in listing]
    files.sort(key=lambda entry: (entry["index"], entry["name"]))
    try:
        uploads.put("outputs.json", Bytes(json.dumps({"format": 1, "files": files}).encode()), deadline)
    except (Transient, Refused) as error:
        problem("outputs.json, the index of the outputs: %s" % describe(error))
