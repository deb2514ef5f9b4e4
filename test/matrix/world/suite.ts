import type { Scenario } from '../../../e2e/scenarios';

/** What the suite of a cell runs: a run that ends by itself, and is waited for. */
export const MATRIX_SCENARIO: Scenario = {
  name: 'matrix',
  shows: 'a run ends',
  creates: ['an instance'],
  minutes: 2,
  instanceHours: 0.01,
  steps: (context) => [
    {
      name: 'a run ends',
      async run() {
        const started = await context.start(undefined, { command: ['bash', '-c', 'sleep 1; echo matrix'] });
        await context.clock.until('its end', async () => (await started.status()).outcome, { everyMs: 250 });
      },
    },
  ],
};
