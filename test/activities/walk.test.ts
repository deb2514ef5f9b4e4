import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { type ActivityDeps, createActivities, createDeps } from '../../activities';
import { UploadNotes } from '../../activities/uploads/notes';
import { uploadSnapshot } from '../../adapters/snapshot';
import {
  type Host,
  type HostEvent,
  type NodeRef,
  nodePrefix,
  type ResolveResult,
  type Settings,
  type SuperviseArgs,
  type SuperviseResult,
  type TrainingActivities,
} from '../../contract';
import { startCloud } from '../../local/cloud/server';
import { freePort } from '../../local/stack/machine/free-port';
import { agentFile } from '../support/agent-file';
import { joinedLog } from '../support/joined-log';
import { SETTINGS } from './support/deps';
import { until } from './support/until';

/**
 * Saves a checkpoint, counts on from it when it was resumed, reads an input, writes an output and obeys TERM. Only one that was resumed
 * comes to its end: whatever is done to the first one, and however late, meets it at work.
 */
const TRAIN = `
import json, os, signal, sys, time
print("secret" if os.environ["STEPS_TEST_TOKEN"] else "none", open("data/in.txt").read().strip(), flush=True)
folder = os.environ["TRAINCTL_CHECKPOINT_DIR"]
step = int(open(folder + "/step").read()) if os.environ["TRAINCTL_RESUME_FROM"] else 0
print("from", step, flush=True)
def save():
    os.makedirs(folder, exist_ok=True)
    open(folder + "/step.new", "w").write(str(step)); os.replace(folder + "/step.new", folder + "/step")
def leave(*_):
    save(); sys.exit(7)
signal.signal(signal.SIGTERM, leave)
while step < int(sys.argv[1]):
    time.sleep(0.25)
    if step == 40 and not os.environ["TRAINCTL_RESUME_FROM"]: continue
    step += 1
    with open(os.environ["TRAINCTL_METRICS"], "a") as f: f.write(json.dumps({"step": step}) + "\\n")
    if step % 16 == 0: save()
save()
os.makedirs("out", exist_ok=True)
open("out/model", "w").write("step %d" % step)
open("out/large", "wb").write(b"0123456789abcdef" * (800 << 10))
`;

type Cloud = Awaited<ReturnType<typeof startCloud>>;
let cloud: Cloud;
let dir: string;
let deps: ActivityDeps;
let steps: TrainingActivities;
let plan: Extract<ResolveResult, { kind: 'ok' }>;
const events: HostEvent[] = [];
// A test that fails must leave nothing running.
const envs: MockActivityEnvironment[] = [];

/** A try of an activity that was scheduled just now. */
function activityEnv(more: { heartbeatDetails?: unknown } = {}): MockActivityEnvironment {
  const now = Date.now();
  const env = new MockActivityEnvironment({
    scheduledTimestampMs: now,
    currentAttemptScheduledTimestampMs: now,
    ...more,
  });
  envs.push(env);
  return env;
}

/** Runs one step as Temporal would. */
function run<K extends keyof TrainingActivities>(
  name: K,
  args: Parameters<TrainingActivities[K]>[0],
  env = activityEnv(),
): Promise<Awaited<ReturnType<TrainingActivities[K]>>> {
  type Answer = Awaited<ReturnType<TrainingActivities[K]>>;
  const step = steps[name] as unknown as (args: unknown) => Promise<Answer>;
  return env.run<[unknown], Answer, typeof step>(step, args);
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'steps-walk-'));
  cloud = await startCloud({
    dir: path.join(dir, 'cloud'),
    port: 0,
    sshPort: await freePort(),
    timeScale: 100,
  });
  const { url, accessKeyId, secretAccessKey, sshPort, user } = cloud.info;
  const settings: Settings = {
    ...SETTINGS,
    images: { cpu: 'ami-0a24040000000a001', gpu: 'ami-0d1a220400000a003' },
    sshPort,
    user,
    endpoints: { ec2: url, s3: url },
    credentials: { accessKeyId, secretAccessKey },
  };
  const source = readFileSync(agentFile());
  const quiet = (): void => {};
  deps = createDeps({
    settings,
    secret: randomBytes(32),
    namespaceId: 'walk',
    agent: { source, sha256: createHash('sha256').update(source).digest('hex') },
    largeAboveBytes: 6 * 1024 ** 2,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    signalRun: async (_run, event) => void events.push(event),
  });
  steps = createActivities(deps);
  await deps.store.ensureBucket();
  process.env.STEPS_TEST_TOKEN = 'tok-123456';
  const code = path.join(dir, 'code');
  mkdirSync(code);
  writeFileSync(path.join(code, 'train.py'), TRAIN);
  const { snapshot } = await uploadSnapshot(code, deps.store, settings.prefix);
  await deps.store.put('in.txt', 'hello');
  const answer = await run('resolveRun', {
    workflowId: 'walk-1',
    runId: 'r1',
    input: {
      command: ['python3', 'train.py', '60'],
      code: { snapshot },
      secrets: ['STEPS_TEST_TOKEN'],
      inputs: [{ from: 's3://trainctl/in.txt', to: 'data/in.txt' }],
      outputs: [{ from: 'out/' }],
      checkpoints: { every: 1, keep: 1, grace: 10 },
      resources: { instanceTypes: ['t3.large'], market: 'spot' },
    },
  });
  if (answer.kind !== 'ok') throw new Error(answer.message);
  plan = answer;
}, 120_000);
afterAll(async () => {
  delete process.env.STEPS_TEST_TOKEN;
  for (const env of envs) env.cancel();
  deps?.close();
  await cloud?.close();
  await rm(dir, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 });
});

async function launch(attempt: number): Promise<Host> {
  const node: NodeRef = { ...plan.run, attempt, node: 0 };
  const placement = plan.placements[0];
  if (!placement) throw new Error('no placement');
  const hostDeadline = Math.floor(Date.now() / 1000) + 3600;
  const { imageId, spec } = plan;
  const launched = await run(
    'launchInstance',
    {
      node,
      project: 'p',
      placement,
      try: 1,
      imageId,
      diskGiB: spec.resources.diskGiB,
      sshKeys: [],
      leaseSeconds: 1800,
      hostDeadline,
    },
    activityEnv(),
  );
  if (launched.kind !== 'launched') throw new Error(launched.message);
  return run('awaitReachable', {
    node,
    instanceId: launched.instanceId,
    region: plan.region,
    startTimeoutSeconds: 120,
  });
}

async function begin(host: Host, resumedFromStep: number | null): Promise<void> {
  expect(await run('syncCode', { host })).toMatchObject({ did: true, detail: expect.stringContaining('1 file') });
  expect(await run('installDependencies', { host })).toMatchObject({ detail: 'no requirements' });
  expect(await run('fetchInputs', { host })).toMatchObject({ did: true });
  const leaseUntil = Math.floor(Date.now() / 1000) + 600;
  expect((await run('startTraining', { host, resumedFromStep, leaseUntil })).pid).toBeGreaterThan(0);
}

const superviseArgs = (host: Host): SuperviseArgs => ({
  host,
  leaseSeconds: 1800,
  hostDeadline: Math.floor(Date.now() / 1000) + 3600,
  unreachableSeconds: 600,
});

const logOf = (attempt: number): Promise<string> =>
  joinedLog(deps.store, `${nodePrefix(plan.prefix, plan.run.runKey, attempt, 0)}log/`);

const control = (path: string, body: object): Promise<Response> =>
  fetch(`${cloud.info.url}/_local/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.info.controlToken}` },
    body: JSON.stringify(body),
  });

test('a run walks from launch to final over a hand-over, a partition and an interruption, and resumes', async () => {
  const first = await launch(1);
  await begin(first, null);
  // A worker that shuts down: the next try attaches above it.
  const env = activityEnv();
  let beat: unknown;
  env.on('heartbeat', (details) => {
    beat = details;
  });
  const handedOver = run('supervise', superviseArgs(first), env).catch((error: Error) => error);
  await until(() => String(JSON.stringify(beat)).includes('"checkpoint":{'), 60);
  env.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
  expect(await handedOver).toMatchObject({ type: 'worker-shutdown' });

  const next = activityEnv({ heartbeatDetails: beat });
  const supervising: Promise<SuperviseResult> = run('supervise', superviseArgs(first), next);
  await control(`instances/${first.instanceId}/interrupt`, { action: 'terminate', noticeSeconds: 60 });
  const interrupted = await supervising;
  expect(interrupted).toMatchObject({ kind: 'final', notice: { source: 'spot', action: 'terminate' } });
  expect(events.filter(({ event }) => event.kind === 'notice')).toHaveLength(1);
  const saved = interrupted.lastCheckpoint?.step ?? 0;
  expect(saved).toBeGreaterThan(0);

  const second = await launch(2);
  const restored = await run('restoreCheckpoint', { host: second });
  expect(restored).toMatchObject({ did: true, checkpoint: { step: saved, attempt: 1 }, damaged: [] });
  await begin(second, saved);
  const last = run('supervise', superviseArgs(second));
  await control(`instances/${second.instanceId}/partition`, { seconds: 3 });
  const done = await last;
  expect(done).toMatchObject({ kind: 'final', final: { code: 0, problems: [], step: 60 }, lastStep: 60 });
  expect(await logOf(2)).toBe(`secret hello\nfrom ${saved}\n`);
  const outputs: string[] = [];
  for await (const { key } of deps.store.list(`${nodePrefix(plan.prefix, plan.run.runKey, 2, 0)}outputs/`))
    outputs.push(key);
  expect(outputs).toEqual([expect.stringMatching(/large$/), expect.stringMatching(/model$/)]);
  const [large = '', model = ''] = outputs;
  expect((await deps.store.get(model)).toString()).toBe('step 60');
  expect((await deps.store.get(large)).equals(Buffer.from('0123456789abcdef'.repeat(800 << 10)))).toBe(true);
  // Of three parts.
  expect((await deps.store.head(large))?.etag).toMatch(/-3"$/);

  await run('pruneCheckpoints', { run: plan.run, keep: 1 });
  const manifests: string[] = [];
  for await (const { key } of deps.store.list(`${plan.prefix}runs/${plan.run.runKey}/a/`)) {
    if (key.endsWith('/manifest.json')) manifests.push(key);
  }
  expect(manifests).toEqual([done.lastCheckpoint?.key]);
  // Begun for the attempt and never finished: undo ends that too.
  const { bucket } = deps.store;
  const signal = new AbortController().signal;
  await new UploadNotes(deps, plan.run, 2).begin({ bucket, key: 'unfinished' }, signal);
  expect(await deps.uploads.open(bucket, 'unfinished')).toHaveLength(1);
  for (const attempt of [1, 2]) {
    await until(async () => {
      const undo = { run: plan.run, attempt, regions: [plan.region], launches: [] };
      return run('terminateAttempt', undo).then(
        () => true,
        () => false,
      );
    }, 60);
  }
  expect(await deps.uploads.open(bucket, 'unfinished')).toEqual([]);
  expect(await run('countLeftovers', { run: plan.run, regions: [plan.region] })).toEqual({ leftovers: [] });
}, 300_000);
