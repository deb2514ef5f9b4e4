import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ScenarioResult } from '../../contract';
import { Copy } from './copy';
import { MUTANTS } from './list';
import { type Mutant, needsWorker } from './mutant';
import { allowSecrets, CopyStack } from './stack';
import { withTable } from './table';

const HELP = `npm run e2e:mutants -- [--only NAME]… [--scenario NAME]… [--lanes N] [--list]
Breaks a built copy of the product in small ways, one at a time, and runs the scenario that must see each. Writes the table of docs/e2e.md.
Two go on side by side, each with a copy and a stack of its own, unless --lanes says otherwise.
Exit code 1: a mutant survived, or was seen at another step.`;

const DOCUMENT = path.join(__dirname, '../../docs/e2e.md');
const tagOf = (): string => `e2e-${randomBytes(4).toString('hex')}`;
const seconds = (since: number): string => `${Math.round((Date.now() - since) / 1000)} s`;

/** Those that are named, and those of scenarios that are named; all, where none is. */
function chosen(only: readonly string[], scenarios: readonly string[]): Mutant[] {
  const unknown = only.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown !== undefined) throw new Error(`there is no mutant ${unknown}; see --list`);
  if (only.length + scenarios.length === 0) return [...MUTANTS];
  return MUTANTS.filter(({ name, scenario }) => only.includes(name) || scenarios.includes(scenario));
}

/** Mutants of one scenario stay together, since each lane tries its scenarios without a mutant first. */
function lanesOf(mutants: readonly Mutant[], count: number): Mutant[][] {
  if (!(count >= 1 && count <= 8)) throw new Error('--lanes is a number from 1 to 8');
  const lanes: Mutant[][] = Array.from({ length: Math.floor(count) }, () => []);
  for (const name of new Set(mutants.map(({ scenario }) => scenario))) {
    const [shortest] = [...lanes].sort((a, b) => a.length - b.length);
    shortest?.push(...mutants.filter(({ scenario }) => scenario === name));
  }
  // Those that the worker need not have come first: one worker serves them all.
  for (const lane of lanes) lane.sort((a, b) => Number(needsWorker(a)) - Number(needsWorker(b)));
  return lanes;
}

/** The step at which it failed; undefined: it did not. */
const failedAt = ({ steps }: ScenarioResult) => steps.find(({ outcome }) => outcome === 'failed');

/** Without a mutant the steps must pass, or nothing that follows says anything. One that is skipped here has passed nothing. */
async function baseline(stack: CopyStack, mutants: readonly Mutant[]): Promise<void> {
  for (const name of new Set(mutants.flatMap(({ after = [], scenario }) => [...after, scenario]))) {
    const began = Date.now();
    const { steps } = await stack.run(name, tagOf());
    const wanted = new Set(mutants.filter(({ scenario }) => scenario === name).map(({ step }) => step));
    const fault = steps.find((one) => one.outcome === 'failed' || (one.outcome === 'skipped' && wanted.has(one.name)));
    if (fault) throw new Error(`${name} does not pass without a mutant: ${JSON.stringify(fault).slice(0, 4000)}`);
    console.log(`passed    ${name} without a mutant (${seconds(began)})`);
  }
}

/** Whether the scenario failed at the step that is expected. */
async function tryOne(stack: CopyStack, { name, after = [], scenario, step }: Mutant): Promise<boolean> {
  const [began, tag] = [Date.now(), tagOf()];
  const say = (word: string, what: string): void =>
    console.log(`${word.padEnd(9)} ${name} by ${scenario}${what} (${seconds(began)})`);
  for (const before of after) {
    const failed = failedAt(await stack.run(before, tag));
    if (!failed) continue;
    say('elsewhere', `: ${before} must pass with it, and failed at "${failed.name}"`);
    return false;
  }
  const failed = failedAt(await stack.run(scenario, tag));
  if (!failed) {
    say('SURVIVED', '');
    return false;
  }
  const caught = failed.name === step;
  say(caught ? 'caught' : 'elsewhere', ` at "${failed.name}": ${failed.error?.message.split('\n')[0]?.slice(0, 200)}`);
  if (!caught) console.log(JSON.stringify(failed, null, 2).slice(0, 6000));
  return caught;
}

/** What is up now, and must not stay when this process is told to end. */
const ends = new Set<() => Promise<void>>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void Promise.allSettled([...ends].map((end) => end())).then(() => process.exit(130)));

let starting = Promise.resolve();

async function all(mutants: readonly Mutant[]): Promise<Map<string, boolean>> {
  const caught = new Map<string, boolean>();
  if (mutants.length === 0) return caught;
  const copy = new Copy();
  const stack = new CopyStack(copy);
  const end = async (): Promise<void> => {
    await stack.down();
    copy.remove();
  };
  ends.add(end);
  try {
    // One after the other: two that look for free ports at once find the same.
    starting = starting.catch(() => undefined).then(() => stack.up());
    await starting;
    await baseline(stack, mutants);
    for (const mutant of mutants) {
      const mend = copy.apply(mutant);
      try {
        if (needsWorker(mutant)) await stack.restartWorker();
        caught.set(mutant.name, await tryOne(stack, mutant));
      } catch (error) {
        caught.set(mutant.name, false);
        console.log(`no answer ${mutant.name}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        mend();
      }
      // Each at once: who ends this early keeps what was tried.
      writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), MUTANTS, caught));
    }
  } finally {
    ends.delete(end);
    await end();
  }
  return caught;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [] },
      scenario: { type: 'string', multiple: true, default: [] },
      lanes: { type: 'string', default: '2' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const mutants = chosen(values.only, values.scenario);
  if (values.list) {
    for (const { name, breaks, scenario } of mutants)
      console.log(`${name.padEnd(32)} ${scenario.padEnd(22)} ${breaks}`);
    return;
  }
  allowSecrets();
  const done = await Promise.allSettled(lanesOf(mutants, Number(values.lanes)).map(all));
  const caught = new Map(done.flatMap((lane) => (lane.status === 'fulfilled' ? [...lane.value] : [])));
  const missed = [...caught].filter(([, was]) => !was).map(([name]) => name);
  console.log(
    `${caught.size - missed.length} of ${caught.size} caught${missed.length > 0 ? `; not: ${missed.join(', ')}` : ''}`,
  );
  if (missed.length > 0) process.exitCode = 1;
  for (const lane of done) if (lane.status === 'rejected') throw lane.reason;
}

void main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
