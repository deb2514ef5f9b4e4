/** @jest-environment ./e2e/support/skips-later.js */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { untilStatus, untilTrains } from '../../support/look-at';
import { stackState } from '../../support/stack';
import { findTctl, TCTL_BUILD_MS } from '../../support/tctl';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

declare const skipLater: (name: string, why: string) => void;

const BY_TCTL = 'tctl 1.18 starts, lists, queries, signals and cancels runs';
let tctl: string | undefined;
beforeAll(async () => {
  const { path, missing } = await findTctl();
  tctl = path;
  if (missing !== undefined) skipLater(BY_TCTL, missing);
}, TCTL_BUILD_MS + 30_000);

/** One of Temporal's command lines: what it is called with for each thing. */
interface Words {
  call(args: string[]): Promise<string>;
  start: (id: string, input: string) => string[];
  list: (query: string) => string[];
  query: (id: string) => string[];
  signal: (id: string, name: string, input?: string) => string[];
  cancel: (id: string) => string[];
}

const call = async (program: string, args: string[]): Promise<string> =>
  (await promisify(execFile)(program, args, { timeout: 60_000, maxBuffer: 1 << 24 })).stdout;

const TEMPORAL: Words = {
  call: (args) => temporal('workflow', ...args),
  start: (id, input) => [
    ...['start', '--type', 'trainingRun', '--task-queue', 'trainctl'],
    ...['--workflow-id', id, '--input', input],
  ],
  list: (query) => ['list', '--query', query, '--output', 'json'],
  query: (id) => ['query', '--workflow-id', id, '--type', 'status', '--output', 'json'],
  signal: (id, name, input) => ['signal', '--workflow-id', id, '--name', name, ...(input ? ['--input', input] : [])],
  cancel: (id) => ['cancel', '--workflow-id', id],
};

const TCTL: Words = {
  call: (args) => {
    const { address, namespace } = stackState().temporal;
    return call(tctl ?? 'tctl', ['--address', address, '--namespace', namespace, 'workflow', ...args]);
  },
  start: (id, input) => [
    ...['start', '--workflow_type', 'trainingRun', '--taskqueue', 'trainctl'],
    ...['--workflow_id', id, '--input', input],
  ],
  list: (query) => ['list', '--query', query],
  query: (id) => ['query', '--workflow_id', id, '--query_type', 'status'],
  signal: (id, name, input) => ['signal', '--workflow_id', id, '--name', name, ...(input ? ['--input', input] : [])],
  cancel: (id) => ['cancel', '--workflow_id', id],
};

const statusOf = async (id: string): Promise<RunStatus> => lastJson(await trainctl(['status', id, '--wait', '--json']));

/** Starts, lists, asks, steers and ends runs, each by a command line of Temporal's own alone. */
async function steers(name: string, words: Words): Promise<void> {
  const spec = (more: object): string =>
    JSON.stringify({ command: 'sleep 600', project: name, checkpoints: { grace: '3s' }, ...more });
  const [steered, cancelled] = [`${name}-steered`, `${name}-cancelled`];
  await words.call(words.start(steered, spec({})));
  await words.call(words.start(cancelled, spec({})));
  const { deadlineAt = '' } = await untilTrains(steered);
  await untilTrains(cancelled);
  // Temporal's list is a second behind.
  const list = () => words.call(words.list(`TrainctlProject = "${name}" and TrainctlPhase = "training"`));
  let listed = await list();
  while (![steered, cancelled].every((id) => listed.includes(id))) listed = await list();
  expect(await words.call(words.query(steered))).toContain('"phase"');

  await words.call(words.signal(steered, 'extend', '{"duration": "1h"}'));
  const later = new Date(Date.parse(deadlineAt) + 3_600_000).toISOString();
  await untilStatus(steered, (status) => status.deadlineAt === later);
  await words.call(words.signal(steered, 'takeCheckpoint'));
  await untilStatus(steered, ({ checkpointAsked }) => checkpointAsked !== undefined);
  // Nothing is held: a refusal is a warning.
  await words.call(words.signal(steered, 'release'));
  await untilStatus(steered, ({ warnings = [] }) => warnings.some(({ message }) => message.includes('release')));

  await words.call(words.signal(steered, 'stop', '{"mode": "graceful"}'));
  await words.call(words.cancel(cancelled));
  expect(await statusOf(steered)).toMatchObject({ outcome: 'cancelled' });
  expect(await statusOf(cancelled)).toMatchObject({ outcome: 'cancelled' });
  expect([...(await aliveOf(steered)), ...(await aliveOf(cancelled))]).toEqual([]);
}

test('the temporal CLI starts, lists, queries, signals and cancels runs', () => steers('by-temporal', TEMPORAL));

test(BY_TCTL, () => steers('by-tctl', TCTL));
