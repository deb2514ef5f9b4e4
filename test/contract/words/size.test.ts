import { isModest } from '../../../contract';

const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

it.each<[unknown, boolean]>([
  [undefined, true],
  [{ command: 'python train.py', env: { A: 1 } }, true],
  ['x'.repeat(900), true],
  ['x'.repeat(1100), false],
  [{ ['k'.repeat(1100)]: 1 }, false],
  [Array(100).fill(1), true],
  [Array(1_000_000).fill([]), false],
  [nested(50), true],
  [nested(150), false],
  [nested(1_000_000), false],
  [new Uint8Array(4), false],
])('a kilobyte holds it or not (%#)', (value, modest) => {
  expect(isModest(value, 1000)).toBe(modest);
});
