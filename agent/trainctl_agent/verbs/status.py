"""`status`: how things stand, while the agent runs and after."""

from ..clients.connection import ask
from ..paths import node_dir


def run(request):
    return ask(node_dir(request), {"t": "status"})
