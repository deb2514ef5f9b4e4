import { conformance, type Exception, type Test } from './contract';

/** Runs nothing: notes what is to be run, what skipped, and what a check says. */
function note(skip: Exception[], missing?: string) {
  const noted: string[] = [];
  const checks: (() => unknown)[] = [];
  const as = (what: string): Test =>
    Object.assign(
      (name: string, run: () => unknown) => {
        if (name.startsWith('each exception')) checks.push(run);
        else noted.push(`${what} ${name}`);
      },
      { each: (() => (name: string) => noted.push(`${what} ${name}`)) as unknown as jest.Each },
    );
  const test = Object.assign(as('run'), { skip: as('skip') });
  const cloud = { name: 'c', patienceSeconds: 1, ...(missing === undefined ? {} : { missing }) };
  const words = conformance({ cloud, skip }, { describe: (_name, tests) => tests(), test }).suite('ec2 › spot');
  words.test('first', () => undefined);
  words.describe('a launch', () => {
    words.it('is cheap', () => undefined);
    words.it.each([1])('of %i', () => undefined);
  });
  return { noted, checks };
}

const because = (...tests: string[]): Exception[] => [{ reason: 'r', tests }];

test('without exceptions everything runs', () => {
  expect(note([])).toEqual({ noted: ['run first', 'run is cheap', 'run of %i'], checks: [] });
});

test('an exception is a name, or the beginning of some', () => {
  expect(note(because('ec2 › spot › a launch › is cheap')).noted).toEqual(['run first', 'skip is cheap', 'run of %i']);
  expect(note(because('ec2 › spot › a launch')).noted).toEqual(['run first', 'skip is cheap', 'skip of %i']);
  expect(note(because('ec2 › ')).noted).toEqual(['skip first', 'skip is cheap', 'skip of %i']);
});

test('an exception that names no test is a fault', () => {
  const [check] = note(because('ec2 › spot › a launch', 'ec2 › spot › another')).checks;
  expect(() => check?.()).toThrow('no such test: ec2 › spot › another');
  const [good] = note(because('ec2 › spot › first')).checks;
  expect(() => good?.()).not.toThrow();
});

test('a cloud that is not there has everything skipped', () => {
  expect(note(because('ec2 › spot › another'), 'not installed')).toEqual({
    noted: ['skip first', 'skip is cheap', 'skip of %i'],
    checks: [],
  });
});
