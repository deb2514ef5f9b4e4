import { LeftObjects } from '../../../worker/gone/left-objects';

const NOW = Date.UTC(2026, 10, 30);
const hoursAgo = (hours: number): number => NOW - hours * 3_600_000;
const JEST = 'e2e-0123abcd';
const SUITE = 'e2e-s-0123456789abcdef';

interface Run {
  id: string;
  project?: string;
  runKey?: string;
}

/** @param alive tags of suites of which a run is open, or has closed a moment ago */
function world(objects: [string, number][], runs: Run[] = [], alive: string[] = []) {
  const asked: string[] = [];
  const client = {
    workflow: {
      async *list() {
        for (const { id, project, runKey } of runs)
          yield {
            workflowId: id,
            runId: `run of ${id}`,
            searchAttributes: {
              ...(project === undefined ? {} : { TrainctlProject: [project] }),
              ...(runKey === undefined ? {} : { TrainctlRunKey: [runKey] }),
            },
          };
      },
      count: async (query: string) => ({ count: alive.some((tag) => query.includes(`"${tag}."`)) ? 1 : 0 }),
    },
  };
  const store = {
    async *list(prefix: string) {
      asked.push(prefix);
      for (const [key, modifiedAt] of objects) if (key.startsWith(prefix)) yield { key, bytes: 1, modifiedAt };
    },
  };
  const scenarios = ['code-sync', 'checkpoint'];
  const left = new LeftObjects({ client: client as never, store, prefix: 'p/', queue: 'trainctl', scenarios });
  return { left, asked, found: async () => (await left.find(NOW)).map(({ tag, scenario }) => `${tag} ${scenario}`) };
}

test('objects of a scenario are left when all of them are hours old', async () => {
  const objects: [string, number][] = [
    [`p/e2e/${JEST}/code-sync/a`, hoursAgo(7)],
    [`p/e2e/${JEST}/code-sync/b/c`, hoursAgo(8)],
    [`p/e2e/${SUITE}/checkpoint/a`, hoursAgo(7)],
    ['p/e2e/e2e-99999999/code-sync/a', hoursAgo(7)],
    ['p/e2e/e2e-99999999/code-sync/b', hoursAgo(5)],
  ];
  expect(await world(objects).found()).toEqual([`${JEST} code-sync`, `${SUITE} checkpoint`]);
  const keys = (await world(objects).left.find(NOW)).map(({ suiteKey }) => suiteKey);
  expect(keys).toEqual(['0123abcd', '0123456789abcdef']);
});

test('of a suite that has written a moment ago nothing is touched, however old some of it is', async () => {
  const objects: [string, number][] = [
    [`p/e2e/${JEST}/code-sync/a`, hoursAgo(9)],
    [`p/e2e/${JEST}/checkpoint/a`, hoursAgo(1)],
    [`p/e2e/${SUITE}/of-a-release-to-come/a`, hoursAgo(1)],
    ['p/runs/aa/spec.json', hoursAgo(9)],
  ];
  const runs: Run[] = [{ id: `${SUITE}.code-sync.1`, project: SUITE, runKey: 'aa' }];
  expect(await world(objects, runs).found()).toEqual([]);
});

test('what is not named as a suite names it is somebody’s own', async () => {
  const objects: [string, number][] = [
    ['p/e2e/mine/code-sync/a', 0],
    [`p/e2e/${JEST}/of-mine/a`, 0],
    [`p/e2e/${JEST}`, 0],
    [`q/e2e/${JEST}/code-sync/a`, 0],
  ];
  expect(await world(objects).found()).toEqual([]);
});

test('of a suite that has a run which is open, or has just ended, nothing is touched', async () => {
  expect(await world([[`p/e2e/${JEST}/code-sync/a`, 0]], [], [JEST]).found()).toEqual([]);
});

test('runs tell of scenarios that have put nothing of their own; those of which nothing is left are asked after once', async () => {
  const runs: Run[] = [
    { id: `${JEST}.code-sync.1`, project: JEST, runKey: 'aa' },
    { id: `${JEST}.checkpoint.1`, project: JEST, runKey: 'bb' },
  ];
  const { found, asked } = world([['p/runs/aa/spec.json', hoursAgo(9)]], runs);
  expect(await found()).toEqual([`${JEST} code-sync`]);
  expect(await found()).toEqual([`${JEST} code-sync`]);
  expect(asked.filter((prefix) => prefix === 'p/runs/bb/')).toHaveLength(1);
});

test('a run that somebody has named so himself stays as it is', async () => {
  const runs: Run[] = [
    { id: `${JEST}.code-sync.1`, project: 'vision', runKey: 'aa' },
    { id: `${JEST}.code-sync.1`, runKey: 'aa' },
    { id: `${JEST}.of-mine.1`, project: JEST, runKey: 'aa' },
    { id: `${JEST}.code-sync.best`, project: JEST, runKey: 'aa' },
    { id: 'e2e-mymodel.code-sync.1', project: 'e2e-mymodel', runKey: 'aa' },
    { id: `${JEST}.code-sync.1`, project: JEST },
  ];
  expect(await world([['p/runs/aa/spec.json', 0]], runs).found()).toEqual([]);
});
