import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

function expectedLog(from: number, to: number): string {
  const all = lines();
  let text = '';
  for (let step = 1; step <= to; step++) {
    const line = String(all.next().value);
    if (step > from) text += line;
  }
  return text;
}

export interface Counting extends RunHandle {
  audit: string;
  steps: number;
}

const audits: string[] = [];
afterAll(() => {
  for (const audit of audits) rmSync(audit, { force: true });
});

/** Starts a counting run. `steps` of 0.1 s each; the rest is merged into the spec. */
export async function count(
  client: TrainctlClient,
  name: string,
  more: Partial<RunSpecInput> & { id?: string; steps?: number; vars?: Record<string, string> } = {},
): Promise<Counting> {
  const { id, steps = STEPS, vars = {}, ...spec } = more;
  const audit = path.join(os.tmpdir(), `trainctl-audit-${randomUUID()}`);
  audits.push(audit);
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

/** Waits for what the run's status says, by asking it. A run that ends before is an error. */
export async function statusWhere(run: RunHandle, what: (status: RunStatus) => boolean): Promise<RunStatus> {
  for (;;) {
    const status = await run.status().catch(() => undefined);
    if (status && what(status)) return status;
    if (status?.outcome) throw new Error(`${run.run} ended ${status.outcome} before: ${status.reason}`);
    await sleep(200);
  }
}

/** The instance of an attempt, once its training has a checkpoint in S3. */
export async function withCheckpoint(run: RunHandle, attempt = 1): Promise<string> {
  for (;;) {
    const live = await run.live(attempt).catch(() => undefined);
    if (live?.checkpoint) break;
    const status = await run.status().catch(() => undefined);
    if (status?.outcome) throw new Error(`${run.run} ended ${status.outcome} before: ${status.reason}`);
    await sleep(200);
  }
  return instanceOf(run, attempt);
}

export async function instanceOf(run: RunHandle, attempt = 1): Promise<string> {
  const status = await statusWhere(run, (s) => s.attempts[attempt - 1]?.instanceId !== undefined);
  return status.attempts[attempt - 1]?.instanceId ?? '';
}

export async function logOf(run: RunHandle, attempt: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of run.log(attempt).readAvailable()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * The end of a counting run, and that it kept its promises: every attempt's log is a piece of the undisturbed one, without a
 * byte lost or doubled; the last reaches the end; no two attempts trained at the same time.
 */
export async function keptItsPromises(run: Counting): Promise<{ result: RunResult; status: RunStatus }> {
  const result = await run.result();
  const status = await run.status();
  if (result.outcome === 'succeeded') expect(result.finalStep).toBe(run.steps);
  for (const { number, resumedFromStep = 0, stages } of status.attempts) {
    if (!stages.some(({ name }) => name === 'train')) continue;
    const log = await logOf(run, number);
    if (log === '') continue;
    // The step of a checkpoint is that of the metrics when it was packed; the script saves every 25th.
    const first = Number.parseInt(log, 10);
    const last = log.trimEnd().split('\n').length + first - 1;
    expect(first).toBeLessThanOrEqual(resumedFromStep + 1);
    expect(log).toBe(expectedLog(first - 1, last));
    if (number === status.attemptCount && result.outcome === 'succeeded') expect(last).toBe(run.steps);
  }
  const seen = readFileSync(run.audit, 'utf8').trim().split('\n');
  const attempts = seen.map((line) => Number(line.split(' ')[1]));
  // Appended in the order of time: an attempt that is followed by the next never writes again.
  expect(attempts).toEqual([...attempts].sort((a, b) => a - b));
  return { result, status };
}
