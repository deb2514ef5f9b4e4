import { createHash } from 'node:crypto';
import { WAITS } from './gate';

/** Where the training saves; it fails once, after the last of these. */
export const SAVES = [8, 16, 24] as const;
/** Its last step. */
export const LAST = 32;

/** How often the state is repeated in its file. */
const REPEATED = 4000;

/**
 * A training whose gates are in `gates.json`, by the step of a save. Its state after a step follows from that of the step before, and from
 * nothing else: a resume that is not exact comes to another end.
 * Each save is a folder of its own, written aside and renamed.
 */
export const TRAIN = `import hashlib, json, os, sys
${WAITS}
folder, attempt = os.environ["TRAINCTL_CHECKPOINT_DIR"], os.environ["TRAINCTL_ATTEMPT"]
gates = json.load(open("gates.json"))

def say(**what): print(json.dumps(what), flush=True)

def save(step, state):
    aside = os.path.join(folder, "tmp-checkpoint-%d" % step)
    os.makedirs(aside)
    hashes = {}
    for name, text in (("state.txt", "%d %s\\n" % (step, state) + state * ${REPEATED}), ("config.json", '{"step": %d}' % step)):
        with open(os.path.join(aside, name), "w") as file: file.write(text)
        hashes["checkpoint-%d/%s" % (step, name)] = hashlib.sha256(text.encode()).hexdigest()
    os.rename(aside, os.path.join(folder, "checkpoint-%d" % step))
    say(saved=step, hashes=hashes)

def load():
    step = max(int(name.rsplit("-", 1)[1]) for name in os.listdir(folder) if name.startswith("checkpoint-"))
    text = open(os.path.join(folder, "checkpoint-%d" % step, "state.txt")).read()
    state = text.split("\\n")[0].split(" ")[1]
    assert text == "%d %s\\n" % (step, state) + state * ${REPEATED}, "not what was saved"
    return step, state

step, state = load() if os.environ["TRAINCTL_RESUME_FROM"] else (0, "")
say(begun=step, state=state)
metrics = open(os.environ["TRAINCTL_METRICS"], "a")
while step < ${LAST}:
    step += 1
    state = hashlib.sha256(("%s %d" % (state, step)).encode()).hexdigest()
    print(json.dumps({"step": step}), file=metrics, flush=True)
    if step % 8 == 0:
        save(step, state)
        if attempt == "1":
            wait_for(gates[str(step)])
            if step == ${SAVES[2]}: sys.exit("fails after step %d" % step)
say(ended=step, state=state)
`;

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/** What the training has as its state after a step, made here. */
export function stateAt(step: number): string {
  let state = '';
  for (let at = 1; at <= step; at++) state = sha256(`${state} ${at}`);
  return state;
}

/** The files of a checkpoint that was taken after the save of a step, with their content. */
export function filesAt(step: number): Map<string, string> {
  const files = new Map<string, string>();
  for (let at = 8; at <= step; at += 8) {
    files.set(`checkpoint-${at}/state.txt`, `${at} ${stateAt(at)}\n${stateAt(at).repeat(REPEATED)}`);
    files.set(`checkpoint-${at}/config.json`, `{"step": ${at}}`);
  }
  return files;
}
