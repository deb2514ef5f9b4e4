import { placementOf } from '../test/support/fake-world';
import { Stage } from '../test/workflows/support/stage';

/** How many events a simulated day of a run puts into its history, on the time-skipping server. */
const DAY = 86_400;

async function main(): Promise<void> {
  const stage = await Stage.open('skipping');
  const limits = { maxDurationSeconds: 2 * DAY, capacityWaitSeconds: DAY };
  const rows: [what: string, events: number][] = [];
  try {
    const world = (): ReturnType<Stage['fresh']> => Object.assign(stage.fresh(), { pollSeconds: 30 });
    world().scripts = { 0: { seconds: DAY } };
    rows.push(['a day of training without trouble', (await stage.run({ limits })).events]);

    const hours = 4;
    const whole = { seconds: hours * 3600, checkpointEvery: 600 };
    const hit = { ...whole, seconds: DAY, noticeAfter: whole.seconds };
    world().scripts = { 0: whole, 1: hit, 2: hit, 3: hit, 4: hit, 5: hit };
    rows.push([`a day with an interruption every ${hours} h`, (await stage.run({ limits })).events]);

    for (const count of [2, 18]) {
      const empty = world();
      empty.placements = Array.from({ length: count }, (_, i) => placementOf({ zone: `us-east-1${i}` }));
      empty.refuse({ refusal: 'capacity' });
      rows.push([`a day without capacity in ${count} placements`, (await stage.run({ limits })).events]);
    }
  } finally {
    await stage.close();
  }
  console.log('| simulated day | events in the history |\n|---|---|');
  for (const [what, events] of rows) console.log(`| ${what} | ${events} |`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
