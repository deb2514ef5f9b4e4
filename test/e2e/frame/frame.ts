import type { TrainctlClient } from '../../../client';
import type { Evidence } from '../../../contract';
import type { Frame } from '../../../e2e/scenarios/frame/frame';
import type { ScenarioClock, UndoContext } from '../../../e2e/scenarios/scenario';

/** Temporal, EC2 and S3 as an undo meets them: what is there, and what was asked of them. */
export interface World {
  /** Workflow ids; true: open. */
  workflows: Map<string, boolean>;
  instances: { id: string; state: string; tags: Record<string, string> }[];
  objects: Map<string, string>;
  /** Keys of incomplete uploads. */
  uploads: Set<string>;
  asked: string[];
  /** What ends nothing that it is asked to end. */
  deaf?: boolean;
}

export const emptyWorld = (): World => ({
  workflows: new Map(),
  instances: [],
  objects: new Map(),
  uploads: new Set(),
  asked: [],
});

const TAG = 'e2e-test1';

/** A clock on which waiting takes no time, and a minute has ten looks. */
export const quickClock = (): ScenarioClock => ({
  now: () => new Date(0),
  sleep: async () => undefined,
  async until(what, ask, { limitMinutes = 1 } = {}) {
    for (let look = 0; look < limitMinutes * 10; look++) {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    }
    throw new Error(`in vain: ${what}`);
  },
});

/** The context of a scenario named `one`, over a world of the test's own. */
export function undoContextOf(world: World): UndoContext {
  const run = (id: string) => ({
    run: id,
    runKey: keyOf(id),
    address: { workflowId: id, runId: 'r', runKey: keyOf(id) },
    status: async () => ({ costUsd: 0.01, phase: 'ended', attempts: [] }),
    attemptsOf: async () => 0,
    stop: async () => {
      world.asked.push(`stop ${id}`);
      if (!world.deaf) end(world, id);
    },
    cancel: async () => void world.asked.push(`cancel ${id}`),
  });
  const described = (id: string) => {
    if (!world.workflows.has(id)) throw notFound(id);
    return { type: 'trainingRun', ...(world.workflows.get(id) ? {} : { closeTime: new Date(0) }) };
  };
  const temporal = {
    options: { namespace: 'default' },
    workflowService: { getWorkflowExecutionHistory: async () => ({ history: { events: [started()] } }) },
    workflow: {
      getHandle: (id: string) => ({
        describe: async () => described(id),
        terminate: async () => {
          world.asked.push(`terminate ${id}`);
          world.workflows.set(id, false);
        },
      }),
      async *list() {
        // A list is a moment late: it knows nothing yet.
      },
    },
  };
  const ec2 = {
    describeInstances: async ({ tags = {} }: { tags?: Record<string, string> }) =>
      world.instances.filter((one) => Object.entries(tags).every(([name, value]) => one.tags[name] === value)),
    describeVolumes: async () => [],
    describeSpotRequests: async () => [],
    terminateInstances: async (ids: string[]) => {
      world.asked.push(`terminate ${ids.join(' ')}`);
      if (world.deaf) return;
      for (const instance of world.instances) if (ids.includes(instance.id)) instance.state = 'terminated';
    },
    cancelSpotRequests: async () => undefined,
    deleteVolume: async () => undefined,
  };
  const objects = {
    bucket: 'bucket',
    async *list(prefix: string) {
      for (const key of [...world.objects.keys()].sort()) if (key.startsWith(prefix)) yield { key, bytes: 1 };
    },
    delete: async (keys: string[]) => {
      for (const key of keys) world.objects.delete(key);
    },
  };
  return {
    client: { get: async (id: string) => run(id) } as unknown as TrainctlClient,
    temporal: temporal as never,
    ec2: ec2 as never,
    objects: objects as never,
    uploads: {
      below: async (prefix) => [...world.uploads].filter((key) => key.startsWith(prefix)).map((key) => ({ key })),
      abort: async (prefix) => {
        if (world.deaf) return;
        for (const key of [...world.uploads]) if (key.startsWith(prefix)) world.uploads.delete(key);
      },
    },
    settings: { installation: 'default', prefix: '', cloud: 'local', temporal: { namespace: 'default' } } as never,
    clock: quickClock(),
    tag: TAG,
    name: 'one',
    prefix: `e2e/${TAG}/one/`,
  };
}

/** Its runs are named so, and have keys of their number. */
export const runId = (number: number): string => `${TAG}.one.${number}`;
export const keyOf = (id: string): string => id.replace(/\D/g, '').padStart(16, '0');

export const tagsOf = (id: string): Record<string, string> => ({
  'trainctl:run': id,
  'trainctl:run-key': keyOf(id),
  'trainctl:project': TAG,
  'trainctl:installation': 'default',
});

function end(world: World, id: string): void {
  world.workflows.set(id, false);
  for (const one of world.instances) if (one.tags['trainctl:run'] === id) one.state = 'terminated';
}

const started = () => ({
  workflowExecutionStartedEventAttributes: {
    input: { payloads: [{ data: Buffer.from(JSON.stringify({ code: { snapshot: 'a'.repeat(64) } })) }] },
  },
});

function notFound(id: string): Error {
  const { WorkflowNotFoundError } = require('@temporalio/client') as typeof import('@temporalio/client');
  return new WorkflowNotFoundError('no such workflow', id, undefined);
}

/** What runs a scenario over that world. */
export function frameOf(world: World, suite = new AbortController()): Frame & { ended: boolean } {
  const undo = undoContextOf(world);
  const given: Evidence[] = [];
  const own = new AbortController();
  const frame = {
    ...undo,
    forUndo: undo,
    ended: false,
    scratch: '/nowhere',
    signal: AbortSignal.any([own.signal, suite.signal]),
    runs: [],
    project: async () => '/nowhere',
    write: async () => undefined,
    start: () => Promise.reject(new Error('a test starts no run')),
    runId: () => runId(1),
    took: () => undefined,
    evidence: (name: string, text: string) => void given.push({ name, text }),
    interrupt: async () => undefined,
    get cancelled() {
      return suite.signal.aborted;
    },
    takeEvidence: () => given.splice(0),
    isSpent: async () => false,
    async end() {
      frame.ended = true;
    },
  };
  return frame;
}
