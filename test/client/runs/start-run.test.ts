import { newRunId, summaryOf } from '../../../client';
import { listQuery } from '../../../client/runs/list/list-runs';
import { isRunId } from '../../../contract';

it('makes ids that read well and differ', () => {
  const ids = new Set(Array.from({ length: 50 }, () => newRunId('digits')));
  expect(ids.size).toBeGreaterThan(48);
  for (const id of ids) {
    expect(id).toMatch(/^digits-[a-z0-9]{4}$/);
    expect(isRunId(id)).toBe(true);
  }
});

it('sums a run up in one line', () => {
  const summary = summaryOf({
    name: 'digits',
    command: `python train.py\n--epochs ${'9'.repeat(200)}`,
    resources: { market: 'spot', instanceTypes: ['g5.xlarge', 'g4dn.xlarge'] },
  });
  expect(summary).toMatch(/^digits · spot g5\.xlarge · `python train\.py; --epochs 9+…`$/);
  expect(summary.length).toBeLessThan(200);
});

it('cannot be talked out of its query', () => {
  expect(listQuery({ open: true, project: 'a" OR "1"="1', name: 'b\\' })).toBe(
    'WorkflowType = "trainingRun" AND ExecutionStatus = "Running" AND TrainctlProject = "a\\" OR \\"1\\"=\\"1" AND TrainctlName = "b\\\\"',
  );
});
