import { WAITS } from './gate';

/** What a training sees of the machine and of S3, and what it may do there. */
export interface Seen {
  who: string;
  /** Names in its code folder. */
  files: string[];
  /** Files named `only-….txt` in its home, working directory included, and in the temporary folder. */
  marked: string[];
  /** Names in the folder of its runs, the agent's files aside. */
  runs: string[];
  /** SHA-256 of its data, hex. */
  data: string;
  /** Variables that begin so as those of the scenario do, and SHA-256 of the secrets that it was asked about. */
  env: Record<string, string>;
  secrets: Record<string, string>;
  /** Marks in command lines and environments of all processes that it sees; how many those are. */
  marks: string[];
  processes: number;
  /** Of the form by which its agent writes: what it allows, or why it was not to be had. */
  grant?: { allows: string[] };
  noGrant?: string;
  /** What S3 answered (HTTP status), by what was tried. */
  tries: Record<string, number>;
}

/** What it is told when it may look. */
export interface Told {
  /** Key prefix of its own node, ending in `/`. */
  own: string;
  /** Key prefixes of the nodes of the others. */
  others: Record<string, string>;
  /** Keys of objects of theirs. */
  theirs: Record<string, string>;
  /** Names of secrets that may be in an environment. */
  secrets: string[];
  bucket: string;
}

/**
 * A training that says whom it sees. Grants are in its agent's memory alone, which the login user may read where the kernel allows it, else
 * root: a training that is somebody's code might.
 */
export const SPY = `import base64, hashlib, json, os, re, subprocess, sys, tempfile, urllib.error, urllib.parse
${WAITS}
ME = os.environ["E2E_WHO"]
URL = open("look.url").read().strip()

def sha(data):
    return hashlib.sha256(data).hexdigest()

def status(url, data=None, headers={}):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code

def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""

def processes():
    return [pid for pid in os.listdir("/proc") if pid.isdigit()]

def marks():
    text = b"".join(read("/proc/%s/%s" % (pid, what)) for pid in processes() for what in ("cmdline", "environ"))
    return sorted({name.decode() for name in re.findall(rb"e2e-mark-([a-z]+)", text)})

def marked():
    names = os.listdir(tempfile.gettempdir())
    for _, folders, files in os.walk(os.path.expanduser("~")):
        names += folders + files
    return sorted({name for name in names if re.match("only-[a-z]+[.]txt$", name)})

def texts(pid):
    """Policies and signatures in a process's memory."""
    policies, hashes = set(), []
    with open("/proc/%s/maps" % pid) as maps, open("/proc/%s/mem" % pid, "rb", 0) as memory:
        for line in maps:
            ends, access, _, _, _, *path = line.split()
            if access[:2] != "rw" or (path and path[0] != "[heap]"):
                continue
            start, end = (int(text, 16) for text in ends.split("-"))
            try:
                memory.seek(start)
                data = memory.read(min(end - start, 1 << 26))
            except (OSError, ValueError, OverflowError):
                continue
            policies.update(re.findall(rb"eyJleHBpcmF0aW9uIjoi[A-Za-z0-9+/]{80,6000}={0,2}", data))
            hashes += re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", data)
    return [text.decode() for text in policies], [text.decode() for text in dict.fromkeys(hashes)]

def agents():
    return [pid for pid in processes() if b"trainctl/agent-" in read("/proc/%s/cmdline" % pid) and int(pid) != os.getpid()]

def scan():
    for pid in agents():
        policies, hashes = texts(pid)
        if policies:
            print(json.dumps([policies, hashes]))
            return

def scanned():
    last = "no process of the agent has a form in its memory"
    for before in ([], ["sudo", "-n"]):
        done = subprocess.run(before + [sys.executable, __file__, "scan"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.stdout.strip():
            return json.loads(done.stdout), None
        last = done.stderr.decode(errors="replace").strip()[-300:] or last
    return None, last

def document(policy):
    try:
        return json.loads(base64.b64decode(policy + "=" * (-len(policy) % 4)))
    except ValueError:
        return {}

def form(fields, key):
    edge = "e2e" + os.urandom(12).hex()
    part = "--%s\\r\\nContent-Disposition: form-data; name=\\"%s\\"%s\\r\\n\\r\\n%s\\r\\n"
    body = "".join(part % (edge, name, "", value) for name, value in [*fields.items(), ("key", key)])
    body += part % (edge, "file", '; filename="f"', "from " + ME) + "--%s--\\r\\n" % edge
    return body.encode(), {"Content-Type": "multipart/form-data; boundary=" + edge}

def parts_of(url):
    """Where the bucket is, and the key that an address names."""
    at = urllib.parse.urlsplit(url)
    key = urllib.parse.unquote(at.path).lstrip("/")
    bucket = told["bucket"] + "/"
    if key.startswith(bucket):
        return "%s://%s/%s" % (at.scheme, at.netloc, bucket), key[len(bucket):]
    return "%s://%s/" % (at.scheme, at.netloc), key

def grants(base):
    """The form that the agent writes by, tried at its own place: fields are in its policy, the signature is one of the hashes."""
    found, why = scanned()
    if found is None:
        return None, why
    for policy in found[0]:
        conditions = document(policy).get("conditions", [])
        fields = {name: value for one in conditions if isinstance(one, dict) for name, value in one.items()
                  if name.lower().startswith("x-amz-")}
        for signature in found[1]:
            whole = {**fields, "Policy": policy, "X-Amz-Signature": signature}
            if status(base, *form(whole, told["own"] + "outputs/e2e-own")) in (200, 201, 204):
                return (whole, [str(one[2]) for one in conditions if isinstance(one, list) and one[0] == "starts-with"]), None
    return None, "none of %d forms, with any of %d signatures, writes to its own place" % tuple(map(len, found))

if sys.argv[1:] == ["scan"]:
    scan()
    sys.exit()

print("ready:", ME, flush=True)
told = json.loads(wait_for(URL))
base, own_key = parts_of(URL)
seen = {
    "who": ME,
    "files": sorted(os.listdir(".")),
    "marked": marked(),
    "runs": sorted(name for name in os.listdir(os.path.expanduser("~/trainctl")) if not name.startswith("agent-")),
    "data": sha(read("data/part.bin")),
    "env": {name: value for name, value in os.environ.items() if name.startswith("E2E_")},
    "secrets": {name: sha(os.environ[name].encode()) for name in told["secrets"] if name in os.environ},
    "marks": marks(),
    "processes": len(processes()),
}
tries = seen["tries"] = {"read own": status(URL)}
for who, key in told["theirs"].items():
    tries["read %s without a signature" % who] = status(base + urllib.parse.quote(key))
    tries["read %s by an address of another object" % who] = status(URL.replace(own_key, key))
tries["list without a signature"] = status(base + "?list-type=2")
grant, why = grants(base)
if grant is None:
    seen["noGrant"] = why
else:
    seen["grant"] = {"allows": grant[1]}
    tries["write own"] = 200
    for who, prefix in told["others"].items():
        tries["write into " + who] = status(base, *form(grant[0], prefix + "outputs/e2e-from-" + ME))
os.makedirs("outputs", exist_ok=True)
json.dump(seen, open("outputs/seen.json", "w"))
print("looked:", ME, flush=True)
wait_for(open("end.url").read().strip())
`;
