"""The command line: `python3 trainctl_agent.pyz VERB`."""

import argparse
import contextlib
import errno
import importlib
import json
import os
import signal
import sys
import traceback

from .errors import AgentError, Interrupted, describe
from .json_lines import emit
from .notes import note
from .paths import node_dir
from .transfers.errors import Refused, Transient

VERBS = ("probe", "sync", "install", "fetch", "restore", "start", "attach", "checkpoint", "stop", "status")


def main():
    options = parse_arguments()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, interrupted)
    code = answer(options)
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)


def parse_arguments():
    parser = argparse.ArgumentParser(description="The trainctl agent; docs/agent-protocol.md")
    parser.add_argument("verb", choices=sorted(VERBS))
    parser.add_argument("--dir", help="attach: the node's folder, relative to home")
    parser.add_argument("--epoch", type=int, default=0, help="attach: only the newest epoch is served")
    parser.add_argument("--all", action="store_true", help="stop: every training of this user")
    parser.add_argument("--by", choices=["stop", "lease"], default="lease", help="stop --all: why")
    parser.add_argument(
        "--grace", type=float, default=None, help="stop --all: seconds before KILL (default: each run's)"
    )
    parser.add_argument("--wait", type=float, default=0, help="stop --all: seconds to wait for the last words")
    return parser.parse_args()


def interrupted(_number, _frame):
    raise Interrupted()


def answer(options):
    """Does the work, and prints the one answer. Returns the exit code."""
    try:
        # Only what the verb needs is loaded: each is a process of its own, and most are over in a moment.
        verb = importlib.import_module("trainctl_agent.verbs." + options.verb)
        if options.verb == "attach":
            verb.run(node_dir({"dir": options.dir}), options.epoch)
            return 0
        if options.verb == "stop" and options.all:
            result = verb.stop_all(options.by, options.grace, options.wait)
        else:
            result = verb.run(read_request())
        emit({"t": "result", "result": result})
        return 0
    except AgentError as error:
        document = {"t": "error", "code": error.code, "message": error.message}
        if error.tail is not None:
            document["tail"] = error.tail
        emit(document)
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


def read_request():
    text = sys.stdin.buffer.read()
    try:
        request = json.loads(text.decode("utf-8") or "{}")
    except ValueError as error:
        raise AgentError("bad-request", "the request on stdin is not JSON: %s" % error)
    if not isinstance(request, dict):
        raise AgentError("bad-request", "the request on stdin is not a JSON object")
    return request


if __name__ == "__main__":
    main()
