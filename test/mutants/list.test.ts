import { readFileSync } from 'node:fs';
import path from 'node:path';
import { MUTANTS } from '../../e2e/mutants/list';
import { mutated, needsWorker } from '../../e2e/mutants/mutant';
import { withTable } from '../../e2e/mutants/table';
import { SCENARIOS, type ScenarioContext } from '../../e2e/scenarios';

const ROOT = path.join(__dirname, '../..');

/** As far as a scenario looks at it before its first step. */
const context = {
  settings: { secretsAllow: [1, 2, 3, 4, 5].map((n) => `SUITE_SECRET_${n}`), prefix: '', installation: 'x' },
  clock: { now: () => new Date() },
  tag: 'e2e-00000000',
  prefix: 'e2e/e2e-00000000/x/',
} as unknown as ScenarioContext;

const stepsOf = (name: string): string[] =>
  SCENARIOS.find((one) => one.name === name)
    ?.steps(context)
    .map((step) => step.name) ?? [];

test('there are thirty and more, three or more for each scenario, each with a name of its own', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  const few = SCENARIOS.filter(({ name }) => MUTANTS.filter(({ scenario }) => scenario === name).length < 3);
  expect(few.map(({ name }) => name)).toEqual([]);
});

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  '%s: the text is in its source once, and the step is one of its scenario',
  (_, mutant) => {
    const source = readFileSync(path.join(ROOT, mutant.source), 'utf8');
    expect(mutated(mutant, source, mutant.source)).not.toBe(source);
    expect(mutant.from).not.toContain('\n');
    expect(stepsOf(mutant.scenario)).toContain(mutant.step);
    for (const name of mutant.after ?? []) expect(stepsOf(name)).not.toEqual([]);
  },
);

test('a text that is not there once is refused, with the mutant’s name', () => {
  const mutant = { name: 'm', from: 'a', to: 'b' };
  expect(mutated(mutant, '-a-', 'file')).toBe('-b-');
  expect(() => mutated(mutant, '--', 'file')).toThrow('mutant m: the text to be replaced is 0 times in file: a');
  expect(() => mutated(mutant, 'aa', 'file')).toThrow('is 2 times in file');
});

test('who starts and reads runs needs no other worker; all else does', () => {
  expect(needsWorker({ source: 'adapters/snapshot/pack.ts' })).toBe(false);
  expect(needsWorker({ source: 'client/download-outputs.ts' })).toBe(false);
  for (const source of ['agent/x.py', 'workflows/x.ts', 'activities/x.ts', 'adapters/aws/ec2/x.ts', 'contract/x.ts'])
    expect(needsWorker({ source })).toBe(true);
});

test('the table has what was caught, in the order of the list, and keeps what was not tried', () => {
  const all = ['one', 'two', 'three'].map((name) => ({
    ...{ name, breaks: `breaks ${name}`, source: 's', from: 'f', to: 't' },
    ...{ scenario: 'training-workflow', step: 'a|b' },
  }));
  const empty = 'above\n<!-- mutants: written by npm run e2e:mutants -->\n<!-- /mutants -->\nbelow\n';
  const first = withTable(
    empty,
    all,
    new Map([
      ['three', true],
      ['one', true],
      ['two', false],
    ]),
  );
  expect(first).toContain('above\n<!-- mutants');
  expect(first).toContain('| `one` | breaks one | training-workflow | a\\|b |\n| `three` |');
  expect(first).not.toContain('`two`');
  const second = withTable(first, all, new Map([['two', true]]));
  expect([...second.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)).toEqual(['one', 'two', 'three']);
  expect(withTable(second, all.slice(0, 1), new Map())).not.toContain('`two`');
  expect(() => withTable('no place', all, new Map())).toThrow('docs/e2e.md has no place');
});
