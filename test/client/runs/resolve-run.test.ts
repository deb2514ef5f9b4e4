import { TrainctlError } from '../../../client';
import { addressOf, pickRun } from '../../../client/runs/resolve-run';
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

describe('addressOf', () => {
  it('takes the run key that the workflow says, else derives the same one', () => {
    const info = { workflowId: 'a', runId: 'r2', searchAttributes: {} };
    expect(addressOf(info).runKey).toBe(deriveRunKey('a', 'r2'));
    expect(addressOf({ ...info, searchAttributes: { TrainctlRunKey: ['feedfeedfeedfeed'] } }).runKey).toBe(
      'feedfeedfeedfeed',
    );
  });
});
