import os from 'node:os';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { OUTCOMES, PHASES } from '../../contract';
import { recordedHistories } from './support/histories';
import { cancelledIn, endedAs } from './support/read-history';
import { workflowBundle } from './support/temporal';

const histories = recordedHistories();

it('has a history of each outcome', () => {
  const outcomes = histories.map(endedAs);
  expect(OUTCOMES.filter((outcome) => !outcomes.includes(outcome))).toEqual([]);
});

it('has a history of a cancel in each phase', () => {
  const phases = histories.map(cancelledIn);
  // A run that has ended cannot be cancelled.
  expect(PHASES.filter((phase) => phase !== 'ended' && !phases.includes(phase))).toEqual([]);
});

it('has histories that say nothing of the machine that recorded them', () => {
  const own = [os.hostname(), os.homedir(), process.cwd()].filter((word) => word.length > 3);
  const absolute = /(^|[\s"'(=])\/(?!\/)[\w.-]+\//m;
  const telling = histories.filter(({ text }) => {
    const encoded = [...text.matchAll(/"data": "([^"]+)"/g)].map((m) => Buffer.from(m[1] ?? '', 'base64').toString());
    return [text, ...encoded].some((words) => absolute.test(words) || own.some((word) => words.includes(word)));
  });
  expect(telling.map(({ shape }) => shape)).toEqual([]);
});

const replay = async (name: string, text: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle: await workflowBundle(), replayName: name }, JSON.parse(text));

/** A change that would break a run which is under way fails here. Histories are made by record.test.ts. */
it.each(histories)('replays $shape', async ({ shape, text }) => {
  await replay(shape, text);
});

it('fails for a history that the workflow would not write', async () => {
  const text = histories.find(({ shape }) => shape === 'succeeded')?.text ?? '';
  const other = text.replace(/"name": "syncCode"/, '"name": "installDependencies"');
  await expect(replay('altered', other)).rejects.toThrow(DeterminismViolationError);
});
