import type { RunStatus } from '../../../../contract';
import { Warnings } from '../../../../workflows/training-run/state/warnings';

let status: Pick<RunStatus, 'warnings'>;
let warnings: Warnings;
beforeEach(() => {
  status = {};
  warnings = new Warnings(status);
});
const shown = (): string[] => (status.warnings ?? []).map(({ message }) => message);

it('keeps the last five, each once', () => {
  for (const message of ['a', 'b', 'b', 'c', 'd', 'e', 'f', 'f']) warnings.warn(message);
  expect(shown()).toEqual(['b', 'c', 'd', 'e', 'f']);
});

it('who sends many messages that are refused hides nothing else', () => {
  for (const message of ['a', 'b', 'c']) warnings.warn(message);
  for (let i = 0; i < 100; i += 1) warnings.refuse(`refused ${i % 7}`);
  expect(shown()).toEqual(['a', 'b', 'c', 'refused 0', 'refused 1']);
  warnings.warn('d');
  expect(shown()).toEqual(['b', 'c', 'refused 0', 'refused 1', 'd']);
  warnings.refuse('x'.repeat(1000));
  expect(shown().slice(0, -1)).toEqual(['b', 'c', 'refused 1', 'd']);
  expect(shown().at(-1)).toHaveLength(300);
});
