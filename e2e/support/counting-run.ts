import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunHandle, TrainctlClient } from '../../client';
import type { RunResult, RunStatus } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';

/**
 * Counts steps with a value that depends on all of them, saves every 25th, goes on from there, obeys TERM with a last save, and
 * notes in a file beside the hosts when it ran: hosts of the local cloud share a file system.
 */
const SCRIPT = `
import json, os, signal, sys, time
steps, pause = int(sys.argv[1]), float(sys.argv[2])
folder, attempt = os.environ["TRAINCTL_CHECKPOINT_DIR"], os.environ["TRAINCTL_ATTEMPT"]
step, value, told = 0, 1, False
if os.environ["TRAINCTL_RESUME_FROM"]:
    step, value = json.load(open(folder + "/state"))
audit = open(os.environ["AUDIT"], "a")
def note(): audit.write("%.3f %s %d\\n" % (time.time(), attempt, step)); audit.flush()
def save():
    os.makedirs(folder, exist_ok=True)
    json.dump([step, value], open(folder + "/state.new", "w")); os.replace(folder + "/state.new", folder + "/state")
def tell(*_):
    global told
    told = True
signal.signal(signal.SIGTERM, tell)
note()
while step < steps and not told:
    time.sleep(pause)
    step, value = step + 1, (value * 6364136223846793005 + step + 1) % 2**61
    print(step, value, flush=True)
    with open(os.environ["TRAINCTL_METRICS"], "a") as f: f.write(json.dumps({"step": step}) + "\\n")
    note()
    if step % 25 == 0: save()
    if str(step) == os.environ.get("AT_STEP") and attempt == "1": os.system(os.environ["DO"])
if told:
    save()
    sys.exit(143)
os.makedirs("outputs", exist_ok=True)
open("outputs/value", "w").write(str(value))
if "BIG" in os.environ: open("outputs/big", "wb").write(os.urandom(int(os.environ["BIG"])))
`;

const STEPS = 100;
const PAUSE = 0.1;

/** What line `step` of an undisturbed log is, and so of every log. */
function* lines(): Generator<string> {
  let value = 1n;
  for (let step = 1n; ; step++) {
    value = (value * 6364136223846793005n + step) % 2n ** 61n;
    yield `${step} ${value}\n`;
  }
}

export function expectedLog(from: number, to: number): string {
  const all = lines();
  let text = '';
  for (let step = 1; step <= to; step++) {
    const line = String(all.next().value);
    if (step > from) text += line;
  }
  return text;
}

/** The value after so many steps, however often a run was interrupted. */
export function valueAfter(steps: number): string {
  return (
    expectedLog(steps - 1, steps)
      .trim()
      .split(' ')[1] ?? '1'
  );
}

export interface Counting extends RunHandle {
  audit: string;
  steps: number;
}

/** `steps` of 0.1 s each, and the environment of the script; the rest is merged into the spec. */
export type CountingSpec = Partial<RunSpecInput> & { id?: string; steps?: number; vars?: Record<string, string> };

/** Starts a counting run. Whoever does removes its audit. */
export async function startCounting(client: TrainctlClient, name: string, more: CountingSpec = {}): Promise<Counting> {
  const { id, steps = STEPS, vars = {}, ...spec } = more;
  const audit = path.join(os.tmpdir(), `trainctl-audit-${randomUUID()}`);
  const whole: RunSpecInput = {
    name,
    command: ['python3', '-c', SCRIPT, String(steps), String(PAUSE)],
    checkpoints: { every: '1s', keep: 2, grace: '5s' },
    resources: { instanceTypes: ['t3.large'] },
    env: { AUDIT: audit, ...vars },
    ...spec,
  };
  const handle = await client.start(whole, id === undefined ? {} : { id });
  return Object.assign(handle, { audit, steps });
}

export async function logOf(run: RunHandle, attempt: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of run.log(attempt).readAvailable()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * What of its promises a counting run that has ended did not keep: every attempt's log is a piece of the undisturbed one,
 * without a byte lost or doubled; the last reaches the end; no attempt's command was started twice; no two attempts trained at
 * the same time.
 */
export async function brokenPromises(run: Counting, result: RunResult, status: RunStatus): Promise<string[]> {
  const succeeded = result.outcome === 'succeeded';
  const broken: string[] = [];
  if (succeeded && result.finalStep !== run.steps) broken.push(`its final step is ${result.finalStep}`);
  for (const { number, restored, resumedFromStep, stages } of status.attempts) {
    if (!stages.some(({ name }) => name === 'train')) continue;
    const log = await logOf(run, number);
    const finished = succeeded && number === status.attemptCount;
    // One that was lost at once may have written nothing.
    if (log === '' && !finished) continue;
    const from = resumedFromStep ?? restored?.step ?? 0;
    broken.push(...brokenLog(log, from, finished ? run.steps : undefined).map((b) => `attempt ${number}: ${b}`));
  }
  return [...broken, ...brokenAudit(readAudit(run.audit))];
}

/** @param reaches - the step of its last line; undefined for the log of an attempt that did not finish */
export function brokenLog(log: string, resumedFromStep: number, reaches: number | undefined): string[] {
  // The script saves every 25th step, and reports each.
  const first = Number.parseInt(log, 10);
  const last = log.trimEnd().split('\n').length + first - 1;
  if (!(first <= resumedFromStep + 1))
    return [`its log begins with step ${first}, and it resumed from ${resumedFromStep}`];
  const expected = expectedLog(first - 1, last);
  if (log !== expected) {
    const at = [...expected].findIndex((character, i) => log[i] !== character);
    return [`its log is not that of the undisturbed run: ${log.length} bytes, another from byte ${at} on`];
  }
  return reaches === undefined || last === reaches ? [] : [`its log ends with step ${last}`];
}

interface Note {
  attempt: number;
  step: number;
}

/** Absent when no command was ever started. */
export function readAudit(file: string): Note[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number))
    .map(([, attempt = 0, step = 0]) => ({ attempt, step }));
}

/** Appended in the order of time: an attempt that is followed by the next never writes again, and each step comes once. */
export function brokenAudit(notes: Note[]): string[] {
  return notes.flatMap((now, i) => {
    const before = notes[i - 1];
    if (!before || now.attempt > before.attempt) return [];
    if (now.attempt < before.attempt)
      return [`attempt ${now.attempt} trained after attempt ${before.attempt} had begun`];
    return now.step === before.step + 1
      ? []
      : [`attempt ${now.attempt} did step ${now.step} after step ${before.step}`];
  });
}
