"""What is set for one of pip and uv, in the words of the other."""

import os
import re
from urllib.parse import quote, unquote, urlsplit

from .pip_files import pip_settings
from .uv_files import settled

OF_UV = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL")

SAME = (
    ("trusted-host", "UV_INSECURE_HOST"),
    ("constraint", "UV_CONSTRAINT"),
    ("cert", "SSL_CERT_FILE"),
    ("client-cert", "SSL_CLIENT_CERT"),
    ("proxy", "HTTPS_PROXY"),
    ("proxy", "HTTP_PROXY"),
)
"""Options of pip, and what uv calls them."""


def is_tool(argv):
    """Whether a command is one of pip or uv."""
    return os.path.basename(argv[0]) == "uv" or argv[1:3] == ["-m", "pip"]


def for_tool(argv, env, code):
    """A command of pip or uv, and its environment, with what the other one of the two is set up for. Addresses travel
    in the environment: they may hold a password."""
    if not is_tool(argv):
        return argv, env
    if os.path.basename(argv[0]) == "uv":
        more, flags = for_uv(env, code)
        words = 3 if argv[1:2] == ["pip"] else 2
        # A lock says itself where its packages lie.
        return argv[:words] + (flags if argv[1] != "sync" else []) + argv[words:], dict(env, **more)
    return argv, dict(env, **for_pip(env))


def for_uv(env, code, root=""):
    """(variables, flags) that give uv what pip is set up for. What uv itself is set up for wins."""
    pip, own, found = pip_settings(env, root), settled(env, code), {}
    own |= {"default-index"} if env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL") else set()
    if pip.get("index-url") and "default-index" not in own:
        found["UV_INDEX_URL"] = pip["index-url"]
    if pip.get("extra-index-url") and not env.get("UV_INDEX") and not env.get("UV_EXTRA_INDEX_URL"):
        found["UV_EXTRA_INDEX_URL"] = " ".join(pip["extra-index-url"].split())
        # pip takes the best version of all indexes; uv by itself stays with the first index that has the package.
        if not env.get("UV_INDEX_STRATEGY") and "index-strategy" not in own:
            found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if not env.get("UV_FIND_LINKS") and "find-links" not in own:
        # uv ends where one of these folders is not there, and has commas between them.
        links = [
            one for one in pip.get("find-links", "").split() if "://" in one or os.path.isdir(os.path.join(code, one))
        ]
        found.update({"UV_FIND_LINKS": ",".join(links)} if links else {})
    for option, name in SAME:
        if pip.get(option) and not env.get(name) and not env.get(name.lower()):
            found[name] = " ".join(pip[option].split())
    timeout = re.match(r"\d+", pip.get("timeout") or pip.get("default-timeout") or "")
    if timeout and not env.get("UV_HTTP_TIMEOUT"):
        found["UV_HTTP_TIMEOUT"] = timeout.group()
    if is_true(pip.get("pre")) and not env.get("UV_PRERELEASE"):
        found["UV_PRERELEASE"] = "allow"
    return found, ["--no-index"] if is_true(pip.get("no-index")) and not own & {"default-index", "no-index"} else []


def for_pip(env, root=""):
    """Variables that give pip what uv's variables say. What pip itself is set up for wins."""
    pip, found = pip_settings(env, root), {}
    default = env.get("UV_DEFAULT_INDEX") or env.get("UV_INDEX_URL")
    more = " ".join(env.get(name, "") for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL")).split()
    if not pip.get("index-url") and not pip.get("extra-index-url"):
        if default:
            found["PIP_INDEX_URL"] = address(default, env)
        if more:
            found["PIP_EXTRA_INDEX_URL"] = " ".join(address(one, env) for one in more)
    if env.get("UV_FIND_LINKS") and not pip.get("find-links"):
        found["PIP_FIND_LINKS"] = " ".join(env["UV_FIND_LINKS"].split(","))
    for option, name in SAME[:2]:
        if env.get(name) and not pip.get(option):
            found["PIP_" + option.upper().replace("-", "_")] = env[name]
    return found


def address(index, env):
    """The address of an index of uv's, which may have a name before it, and its credentials in variables."""
    name, equals, url = index.partition("=") if re.match(r"[A-Za-z0-9._-]+=", index) else ("", "", index)
    key = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
    user, password = env.get(key + "_USERNAME", ""), env.get(key + "_PASSWORD", "")
    scheme, split, rest = url.partition("://")
    if not equals or not (user or password) or not split or "@" in rest.split("/")[0]:
        return url
    return "%s://%s:%s@%s" % (scheme, quote(user, safe=""), quote(password, safe=""), rest)


def passwords(env, root=""):
    """{name for people: password} of the addresses that packages come from: no log may hold them."""
    texts = list(pip_settings(env, root).items()) + [(name, env.get(name, "")) for name in (*OF_UV, "UV_FIND_LINKS")]
    words = [(name, text) for name, text in env.items() if re.match(r"UV_INDEX_\w+_PASSWORD\Z", name)]
    for name, text in texts:
        words += [(name, word) for url in re.findall(r"[a-z][a-z0-9+]*://[^\s,]+", text) for word in secret_words(url)]
    return {
        "%s, %d" % (name, number + 1) if number else name: word for number, (name, word) in enumerate(words) if word
    }


def secret_words(url):
    """The password of an address, or the name that stands for one; as it is written and as it is meant."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    word = parts.password or ("" if parts.password is not None else parts.username) or ""
    return [one for one in {word, unquote(word)} if one]


def is_true(text):
    return (text or "").strip().lower() in ("1", "true", "t", "yes", "y", "on")
