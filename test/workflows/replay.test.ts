import os from 'node:os';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { OUTCOMES, PHASES } from '../../contract';
import { workflowBundle } from './support/bundle';
import { type RecordedHistory, recordedHistories } from './support/histories';
import { cancelledIn, endedAs } from './support/read-history';

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

/** What stands in the way of replaying each of them, by its name. One worker replays them all. */
async function replay(...all: RecordedHistory[]): Promise<Map<string, Error | undefined>> {
  const named = all.map(({ shape, text }) => ({ workflowId: shape, history: JSON.parse(text) }));
  const errors = new Map<string, Error | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: await workflowBundle('real') },
    named,
  ))
    errors.set(workflowId, error);
  return errors;
}

/** A change that would break a run which is under way fails here. Histories are made by record.test.ts. */
describe('replays', () => {
  let errors: Map<string, Error | undefined>;
  beforeAll(async () => {
    errors = await replay(...histories);
  });

  it.each(histories)('$shape', ({ shape }) => {
    expect([errors.has(shape), errors.get(shape)]).toEqual([true, undefined]);
  });
});

it('fails for a history that the workflow would not write', async () => {
  const text = histories.find(({ shape }) => shape === 'succeeded')?.text ?? '';
  const other = text.replace(/"name": "syncCode"/, '"name": "installDependencies"');
  const errors = await replay({ shape: 'altered', text: other });
  expect(errors.get('altered')).toBeInstanceOf(DeterminismViolationError);
});
