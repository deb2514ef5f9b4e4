import path from 'node:path';
import type * as Client from '../../client';
import type { TrainctlClient } from '../../client';
import type * as Scenarios from '../scenarios';
import type * as Clock from '../scenarios/frame/clock';

/** What one process of the (broken) copy does. */
export interface Order {
  /** The copy's root. */
  copy: string;
  /** Of the suite. */
  tag: string;
  scenario: string;
  /** See `makeClock`. */
  patience: number;
}

/**
 * Runs one scenario by the code of a copy, and prints its result as one line of JSON. A process of its own: what it loads is as it is
 * on disk now. Waiting is cut short: whether something comes is the question, and not how patient an operator is.
 */
async function main({ copy, tag, scenario: name, patience }: Order): Promise<void> {
  const load = <T>(file: string): T => require(path.join(copy, 'dist', file)) as T;
  const { createClient } = load<typeof Client>('client/index.js');
  const scenarios = load<typeof Scenarios>('e2e/scenarios/index.js');
  const { makeClock } = load<typeof Clock>('e2e/scenarios/frame/clock.js');
  const scenario = scenarios.SCENARIOS.find((one) => one.name === name);
  if (!scenario) throw new Error(`there is no scenario ${name}`);
  const client: TrainctlClient = await createClient();
  try {
    const context = await scenarios.RunningContext.make(scenario, { client, tag });
    Object.assign(context, { clock: makeClock(patience, context.signal) });
    Object.assign(context.forUndo, { clock: makeClock(patience) });
    console.log(JSON.stringify(await scenarios.runScenario(scenario, context)));
  } finally {
    await client.close();
    client.ec2.close();
  }
}

void main(JSON.parse(process.argv[2] ?? '') as Order).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
