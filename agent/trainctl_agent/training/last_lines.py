"""The end of what a process has written."""


def last_lines(text, limit):
    """The end of a text, from the beginning of a line where possible; `limit` is in bytes of UTF-8."""
    data = text.rstrip().encode("utf-8", "replace")
    if len(data) <= limit:
        return data.decode("utf-8")
    cut = data[-limit:]
    line = cut.find(b"\n")
    if 0 <= line < len(cut) - 1:
        cut = cut[line + 1 :]
    return cut.decode("utf-8", "ignore")


def redact(text, secrets):
    """Takes the values of secrets out of a text that leaves the host through a workflow's history."""
    for name, value in sorted((secrets or {}).items(), key=lambda item: -len(item[1])):
        for form in {value, value.strip()}:
            if len(form) >= 4:
                text = text.replace(form, "[secret %s]" % name)
    return text
