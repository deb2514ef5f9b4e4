"""What a last word may take, field by field: it travels through a workflow's history."""

from .json_lines import to_json

LAST_WORD_BYTES = 12 * 1024
"""Of the whole as JSON. Who reads a larger one leaves out what is left out here; older releases did not read it."""

TEXTS = {"tail": 2048, "stopAlert": 400, "outputsLost": 400}
"""Characters of each text; the tail has been cut where a line begins."""

LISTS = {"problems": (21, 400), "warnings": (5, 400)}
"""Entries of each list of texts, and characters of each entry."""

SUSPECT = 300
"""Characters of why a checkpoint is not known to be whole."""

FEW, SHORT, SHORT_TAIL = 4, 120, 400
"""Problems that are left where all of it is too much, characters of each, and those of the tail."""


def bounded(final):
    """The same last word, of bounded size. How the process ended, its steps, its checkpoint and what became of its
    outputs are always in it."""
    for name, most in TEXTS.items():
        if isinstance(final.get(name), str):
            final[name] = final[name][:most]
    for name, (entries, most) in LISTS.items():
        if name in final:
            final[name] = [text[:most] for text in final[name][:entries]]
    if final.get("checkpoint") and isinstance(final["checkpoint"].get("suspect"), str):
        final["checkpoint"]["suspect"] = final["checkpoint"]["suspect"][:SUSPECT]
    for cut in CUTS:
        if len(to_json(final)) <= LAST_WORD_BYTES:
            break
        cut(final)
    return final


def _without(name, least):
    def cut(final):
        if name in final:
            final[name] = least

    return cut


def _unnamed(final):
    if final.get("notKept"):
        final["notKept"]["named"] = []


def _few_problems(final):
    problems = final["problems"]
    more = ["and %d more, see state/agent.log on the host" % (len(problems) - FEW)] if len(problems) > FEW else []
    final["problems"] = [text[:SHORT] for text in problems[:FEW]] + more


def _short_tail(final):
    final["tail"] = final["tail"][-SHORT_TAIL:]


CUTS = (
    _without("alerts", []),
    _without("notFinite", []),
    _without("metrics", None),
    _unnamed,
    _without("warnings", []),
    _few_problems,
    _short_tail,
)
"""In this order: what people have been told already, and what S3 has, goes first."""
