import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  checkpointWords,
  FAILURES,
  type Host,
  type HostEvent,
  type HostSettings,
  type NodeRef,
  type OnHost,
  type StepDone,
  type TrainingActivities,
} from '../../../contract';
import { type SpecPatch, specOf } from '../spec';
import type { FakeInstance } from './instance';
import { HOST_SETTINGS, resolved } from './spec';
import type { FakeWorld } from './world';

/** How often a real supervision heartbeats and looks. */
const BEAT_MS = 200;

/** The activities of a run over a {@link FakeWorld}. The input of a run is a {@link SpecPatch}. */
export function fakeActivities(world: FakeWorld): TrainingActivities {
  const on = ({ host }: OnHost): FakeInstance => instance(host.instanceId);
  const instance = (id: string): FakeInstance => {
    const found = world.instances.find((i) => i.id === id);
    if (!found) throw ApplicationFailure.nonRetryable(`no such instance ${id}`, FAILURES.instanceLost);
    found.advance(world.now());
    return found;
  };
  const answering = (host: FakeInstance, step: keyof TrainingActivities): FakeInstance => {
    if (host.endedAt !== undefined) throw ApplicationFailure.nonRetryable(`${host.id} is gone`, FAILURES.instanceLost);
    const fails = host.script.fails;
    if (fails?.step === step) throw ApplicationFailure.nonRetryable(fails.message, fails.type);
    return host;
  };
  const prepared =
    (step: keyof TrainingActivities) =>
    async (args: OnHost): Promise<StepDone> => {
      answering(on(args), step);
      return { did: true, detail: step };
    };

  /** The worker's own settings may have changed meanwhile. */
  const asResolved = (settings: HostSettings | undefined, step: string): void => {
    if (settings !== HOST_SETTINGS && JSON.stringify(settings) !== JSON.stringify(HOST_SETTINGS))
      world.breaches.push(`${step} with other settings than the run was resolved with`);
  };

  const plain: TrainingActivities = {
    async resolveRun({ input, workflowId }) {
      if (typeof input !== 'object' || input === null) {
        const message = 'the input is not a run spec: it must be a JSON object such as {"command": "python train.py"}';
        return { kind: 'invalid', faults: [{ path: '', message }], message };
      }
      const answer = resolved(workflowId, specOf(input as SpecPatch), world.placements);
      return world.webhook ? { ...answer, webhook: true } : answer;
    },

    async launchInstance(args) {
      asResolved(args.settings, 'launchInstance');
      return world.launch(args);
    },

    async awaitReachable({ node, instanceId, region, settings }) {
      asResolved(settings, 'awaitReachable');
      answering(instance(instanceId), 'awaitReachable');
      return hostOf(node, instanceId, region);
    },

    syncCode: prepared('syncCode'),
    installDependencies: prepared('installDependencies'),
    fetchInputs: prepared('fetchInputs'),

    async hearEc2(args) {
      for (;;) {
        const own = instance(args.instanceId);
        const word = own.word(args, world.now());
        if (word) return word;
        await takesTime(world, own.nextWordIn(world.pollSeconds));
      }
    },

    async awaitGone({ instanceId }) {
      const leaving = instance(instanceId);
      while (leaving.endedAt === undefined) {
        await takesTime(world, world.pollSeconds);
        leaving.advance(world.now());
      }
      return { at: new Date(leaving.endedAt).toISOString() };
    },

    async restoreCheckpoint(args) {
      const own = answering(on(args), 'restoreCheckpoint');
      for (const other of world.instances)
        if (other !== own && other.runKey === own.runKey && other.trains(world.now()))
          world.breaches.push(`attempt ${own.attempt} restores while attempt ${other.attempt} still trains`);
      const checkpoint = world.newestCheckpoint(own.runKey, args.lineage) ?? null;
      return {
        did: checkpoint !== null,
        detail: checkpoint ? checkpointWords(checkpoint) : 'from the beginning',
        checkpoint,
        damaged: [],
      };
    },

    async renewLease(args) {
      answering(on(args), 'renewLease');
    },

    async startTraining(args) {
      const own = answering(on(args), 'startTraining');
      for (const other of world.instances)
        if (
          other !== own &&
          other.runKey === own.runKey &&
          other.endedAt === undefined &&
          other.trainingSince !== undefined
        )
          world.breaches.push(`attempt ${own.attempt} starts while attempt ${other.attempt} lives`);
      own.start(world.now(), args.resumedFromStep ?? 0);
      world.changed();
      return { pid: 1, startedAt: new Date(world.now()).toISOString() };
    },

    async supervise(args) {
      const own = on(args);
      const { workflowId, attempt, node } = args.host.node;
      const epoch = Context.current().info.attempt;
      let sequence = 0;
      const tell = (event: HostEvent['event']): Promise<void> =>
        world.signal(workflowId, { attempt, node, epoch, sequence: sequence++, event });
      for (;;) {
        const result = own.result(world.now());
        if (own.notice && !own.noticeSent) {
          own.noticeSent = true;
          await tell({ kind: 'notice', notice: own.notice });
        }
        for (const event of own.tellsNow(world.now())) await tell(event);
        if (result) return result;
        const kind = own.uploading(world.now());
        if (kind && kind !== own.uploadSent) {
          own.uploadSent = kind;
          await tell({ kind });
        }
        await takesTime(world, world.pollSeconds);
      }
    },

    async stopTraining(args) {
      const own = on(args);
      const said = own.result(world.now());
      if (said?.kind === 'final') return said;
      own.stop(world.now());
      world.changed();
      return undefined;
    },

    async takeCheckpoint(args) {
      on(args).checkpointsAsked.push(world.now());
      world.changed();
      const checkpoint = on(args).checkpoint(world.now());
      return checkpoint ? { checkpoint } : { reason: 'there is nothing in checkpoints yet' };
    },

    async terminateAttempt(args) {
      world.lastUndo = args;
      const { run, attempt, unknownLaunch } = args;
      if (unknownLaunch) world.launch(unknownLaunch);
      const own = world.instances.filter((i) => i.runKey === run.runKey && i.attempt === attempt);
      for (const i of own) i.terminate(world.now());
      world.changed();
      const goneAt = Math.max(0, ...own.map((i) => (i.endedAt ?? 0) + world.terminateTakes * 1000));
      while (world.now() < goneAt) await takesTime(world, Math.min((goneAt - world.now()) / 1000, world.pollSeconds));
      return {
        terminated: own.map((i) => i.id),
        at: new Date(goneAt || world.now()).toISOString(),
        detail: `${own.length} gone`,
      };
    },

    async countLeftovers({ run }) {
      const beside = (world.leftovers.length > 1 ? world.leftovers.shift() : world.leftovers[0]) ?? [];
      return { leftovers: [...world.alive(run.runKey).map((i) => i.id), ...beside] };
    },

    async pruneCheckpoints() {
      return { removed: 0 };
    },

    async writeSummary({ status, result }) {
      world.summaries.push({ status, result });
    },
  };
  return faulty(world, plain);
}

/** Writes each call down, then lets the faults that are armed strike. */
function faulty(world: FakeWorld, plain: TrainingActivities): TrainingActivities {
  const wrapped = Object.entries(plain).map(([name, work]) => {
    const activity = name as keyof TrainingActivities;
    const call = async (args: { attempt?: number; node?: NodeRef; host?: Host }): Promise<unknown> => {
      const attempt = args.attempt ?? args.node?.attempt ?? args.host?.node.attempt;
      world.calls.push({ activity, at: world.now(), ...(attempt === undefined ? {} : { attempt }) });
      const forever = async (alive: boolean): Promise<never> => {
        while (alive) {
          Context.current().heartbeat();
          await world.happens(BEAT_MS);
        }
        return Context.current().cancelled;
      };
      return world.faults.around<unknown>(
        activity,
        async () => {
          const answer = await (work as (a: unknown) => Promise<unknown>)(args);
          await world.held(activity);
          return answer;
        },
        forever,
      );
    };
    return [name, call];
  });
  return Object.fromEntries(wrapped) as TrainingActivities;
}

/** Something is not over yet: waits for it, or lets the server's clock jump over it. */
async function takesTime(world: FakeWorld, seconds: number): Promise<void> {
  if (world.time === 'real') {
    Context.current().heartbeat();
    return world.happens(Math.min(BEAT_MS, seconds * 1000));
  }
  throw ApplicationFailure.create({
    message: 'not yet',
    type: 'not-yet',
    nextRetryDelay: Math.ceil(seconds * 1000),
  });
}

const hostOf = (node: NodeRef, instanceId: string, region: string): Host => ({
  node,
  instanceId,
  region,
  address: '127.0.0.2',
  port: 22,
  user: 'ubuntu',
  detail: 'a fake host',
});
