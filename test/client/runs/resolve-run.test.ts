import { TrainctlError } from '../../../client';
import { addressOf, lookupQuery, pickRun } from '../../../client/runs/resolve-run';
import { deriveRunKey } from '../../../contract/tokens';

const runs = (...ids: string[]) => ids.map((id, i) => ({ id, startedAt: 1000 - i }));

describe('pickRun', () => {
  it('takes the only id that begins so', () => {
    expect(pickRun('digits-7', runs('digits-7k2f'))).toBe('digits-7k2f');
  });

  it('counts executions of one id once', () => {
    expect(pickRun('dig', [...runs('digits-7k2f'), ...runs('digits-7k2f')])).toBe('digits-7k2f');
  });

  it('takes the newest run of a name, whatever else begins so', () => {
    expect(pickRun('digits', [...runs('digits-large-aaaa', 'digits-bbbb', 'digits-cccc')])).toBe('digits-bbbb');
  });

  it('takes the newest of a Schedule by the id that its runs begin with, and of a name that runs say', () => {
    const nightly = runs('nightly-2026-11-28T03:00:00Z', 'nightly-2026-11-27T03:00:00Z');
    expect(pickRun('nightly', nightly)).toBe('nightly-2026-11-28T03:00:00Z');
    expect(() => pickRun('nightly-2026', nightly)).toThrow('fits 2 runs');
    const named = runs('b', 'a').map((run) => ({ ...run, name: 'digits' }));
    expect(pickRun('digits', [...runs('digits-large-aaaa'), ...named])).toBe('b');
  });

  it('shows ids that a terminal would obey as what they are', () => {
    expect(() => pickRun('x', runs('x\u001b[2J', 'x\ny'))).toThrow('fits 2 runs: x\\u{1b}[2J, x\\u{a}y');
  });

  it('refuses a prefix of several, and names them', () => {
    expect(() => pickRun('dig', runs('digits-aaaa', 'digits-bbbb'))).toThrow(
      '"dig" fits 2 runs: digits-aaaa, digits-bbbb',
    );
  });

  it('says with exit code 4 that there is none', () => {
    const error = (() => {
      try {
        return pickRun('nix', []);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toBeInstanceOf(TrainctlError);
    expect((error as TrainctlError).exitCode).toBe(4);
  });
});

it('asks only for what every server understands', () => {
  const type = 'WorkflowType = "trainingRun"';
  expect(lookupQuery('dig')).toBe(`${type} AND (WorkflowId STARTS_WITH "dig" OR TrainctlName = "dig")`);
  expect(lookupQuery('a b" OR "1"="1')).toBe(`${type} AND (WorkflowId STARTS_WITH "a b")`);
  expect(lookupQuery('a\\')).toBe(`${type} AND (WorkflowId STARTS_WITH "a")`);
  expect(lookupQuery('\n')).toBe(type);
});

describe('addressOf', () => {
  it('takes the run key that the workflow says, else derives the same one', () => {
    const info = { workflowId: 'a', runId: 'r2', searchAttributes: {} };
    expect(addressOf(info).runKey).toBe(deriveRunKey('a', 'r2'));
    expect(addressOf({ ...info, searchAttributes: { TrainctlRunKey: ['feedfeedfeedfeed'] } }).runKey).toBe(
      'feedfeedfeedfeed',
    );
  });
});
