import { summaryOf, text } from '../../../test/soak/report';
import { runSoak } from '../../../test/soak/run-soak';

it('ends thirty runs as promised, whatever happens to them', async () => {
  const began = Date.now();
  const records = await runSoak({ runs: 30, faults: 0.2, seed: 30, together: 30, restartEvery: 4 });
  const summary = summaryOf(records, { faults: 0.2, seed: 30, seconds: (Date.now() - began) / 1000 });
  process.stderr.write(`${text(summary)}\n`);
  expect(records.flatMap(({ id, problems }) => problems.map((problem) => `${id}: ${problem}`))).toEqual([]);
  expect(summary).toMatchObject({ runs: 30, leftovers: 0, doubleStarts: 0, problems: 0 });
  expect(summary.interruptions).toBeGreaterThan(0);
  expect(summary.messages).toBeGreaterThan(0);
}, 600_000);
