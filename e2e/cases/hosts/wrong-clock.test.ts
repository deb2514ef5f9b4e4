import path from 'node:path';
import { trainctl } from '../../support/cli';
import { project } from '../../support/project';

jest.setTimeout(300_000);

/** Every look at the time, also those of SDKs, is 40 minutes off. */
const SHIFT = `
const Real = Date;
const now = () => Real.now() - Number(process.env.CLOCK_BEHIND_MS);
globalThis.Date = class extends Real {
  constructor(...args) { if (args.length > 0) super(...args); else super(now()); }
  static now() { return now(); }
};
`;

test.each([
  [2_400_000, '40m behind that of'],
  [-2_400_000, '40m ahead of that of'],
])('a worker whose clock is %i ms behind says so, takes no tasks, and ends', async (behind, words) => {
  const dir = await project({ 'shift.cjs': SHIFT });
  const env = { NODE_OPTIONS: `--require=${path.join(dir, 'shift.cjs')}`, CLOCK_BEHIND_MS: String(behind) };
  const worker = await trainctl(['worker'], { env });
  expect(worker.code).toBe(1);
  expect(worker.stderr.replaceAll(/\b39m\d+s|\b40m\d*s?/g, '40m')).toContain(`the clock of this machine is ${words}`);
  expect(worker.stdout).not.toContain('"ready":true');
});
