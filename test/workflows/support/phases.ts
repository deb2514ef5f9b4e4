import type { HostFinal, Phase, RunStatus, SuperviseResult } from '../../../contract';
import { PLACEMENTS, resolved } from '../../support/fake-world/spec';
import { type SpecPatch, specOf } from '../../support/spec';
import type { Answers, Driven, Isolate } from './driven';
import { payload } from './driven';

export const finalOf = (code: number, more: Partial<HostFinal> = {}): HostFinal => ({
  code,
  signal: null,
  stoppedBy: null,
  tail: '',
  logBytes: 1,
  logUploaded: 1,
  step: 7,
  metrics: null,
  checkpoint: null,
  outputs: [],
  problems: [],
  notice: null,
  ...more,
});

const ended = (code: number): SuperviseResult => ({ kind: 'final', detail: `exited ${code}`, final: finalOf(code) });

const SPEC: SpecPatch = { limits: { maxCostUsd: 5 } };
const HOST = { instanceId: 'i-1', region: 'us-east-1', address: '127.0.0.2', port: 22, user: 'ubuntu', detail: 'fake' };

/** A world in which all goes well and at once. */
const WELL: Record<string, unknown> = {
  resolveRun: resolved('driven', specOf(SPEC), PLACEMENTS),
  launchInstance: { kind: 'launched', instanceId: 'i-1', clientToken: 't', launchedAt: '', hostKey: 'ssh-ed25519 A' },
  awaitReachable: { node: { attempt: 1, node: 0 }, ...HOST },
  syncCode: { did: true, detail: 'code' },
  installDependencies: { did: true, detail: 'setup' },
  fetchInputs: { did: true, detail: 'inputs' },
  restoreCheckpoint: { did: false, detail: 'from the beginning', checkpoint: null, damaged: [] },
  startTraining: { pid: 1, startedAt: '' },
  supervise: ended(0),
  stopTraining: null,
  takeCheckpoint: { reason: 'there is nothing yet' },
  awaitGone: { at: '' },
  renewLease: null,
  terminateAttempt: { terminated: ['i-1'], at: '', detail: '1 gone' },
  countLeftovers: { leftovers: [] },
  pruneCheckpoints: { removed: 0 },
  writeSummary: null,
  postWebhook: { sent: true },
};

/** As {@link WELL}, with other answers for some; what is undefined waits. EC2 has no word of its own. */
export const world =
  (other: Record<string, unknown> = {}): Answers =>
  (activity) => {
    const all: Record<string, unknown> = { ...WELL, hearEc2: undefined, ...other };
    return all[activity] === undefined ? undefined : { result: all[activity] };
  };

const spec = (patch: SpecPatch): unknown => resolved('driven', specOf({ ...SPEC, ...patch }), PLACEMENTS);

/** What the world is like while a run is in a phase. */
const PHASE: Record<Phase, Record<string, unknown>> = {
  resolving: { resolveRun: undefined },
  launching: { launchInstance: undefined },
  'waiting-for-capacity': {
    launchInstance: { kind: 'refused', code: 'InsufficientInstanceCapacity', message: 'none', refusal: 'capacity' },
  },
  reaching: { awaitReachable: undefined },
  preparing: { syncCode: undefined },
  training: { supervise: undefined },
  stopping: { supervise: undefined },
  'backing-off': { supervise: ended(1), resolveRun: spec({ retry: { failures: 3 } }) },
  held: { supervise: ended(1), resolveRun: spec({ hold: { on: 'failed', forSeconds: 3600 } }) },
  'cleaning-up': { terminateAttempt: undefined },
  ended: { writeSummary: undefined },
};

/** A run that is in a phase and stays there until somebody changes its `answers`. */
export async function runIn(isolate: Isolate, phase: Phase): Promise<Driven> {
  const run = await isolate.start('trainingRun', [payload({ command: 'python train.py' })], world(PHASE[phase]));
  if (phase === 'stopping') await run.activate([run.update('stop', payload({ mode: 'graceful' }))]);
  const { phase: now } = (await run.query('status')) as RunStatus;
  if (now !== phase) throw new Error(`it is ${now}, not ${phase}`);
  return run;
}
