"""`checkpoint`: asks for one; it is reported to whoever is attached, and in live.json."""

from ..clients.connection import ask
from ..paths import node_dir


def run(request):
    return {"phase": ask(node_dir(request), {"t": "checkpoint"})["phase"]}
