import type { Client } from '@temporalio/client';
import { type Execution, GoneRuns } from '../../../worker/gone/runs';

/** As far as runs that are gone ask Temporal. */
function temporal(ended: Execution[], { paused = false, refuses = '' } = {}) {
  const calls = { started: [] as string[], triggered: 0, described: 0 };
  const client = {
    workflow: {
      list: async function* () {
        yield* ended;
      },
      start: async (_type: string, { args: [{ run }] }: { args: [{ run: string }] }) => {
        if (run === refuses) throw new Error('not now');
        calls.started.push(run);
      },
    },
    schedule: {
      getHandle: () => ({
        describe: async () => {
          calls.described += 1;
          return { state: { paused } };
        },
        trigger: async () => {
          calls.triggered += 1;
        },
      }),
    },
  };
  return { calls, client: client as unknown as Client };
}

const quiet = { info: () => undefined, warn: () => undefined };
const runs = (count: number) => Array.from({ length: count }, (_, n) => ({ workflowId: `w${n}`, runId: `r${n}` }));

test('few are looked at one by one, each once; one that fails keeps nobody waiting, and is tried again', async () => {
  const { calls, client } = temporal(runs(3), { refuses: 'w1' });
  const gone = new GoneRuns(client, 'default', quiet);
  await expect(gone.list()).rejects.toThrow('not now');
  expect(calls.started).toEqual(['w0', 'w2']);
  await expect(gone.list()).rejects.toThrow('not now');
  expect(calls).toMatchObject({ started: ['w0', 'w2'], triggered: 0 });
});

test('many at once are looked at by one pass over everything', async () => {
  const { calls, client } = temporal(runs(200));
  const gone = new GoneRuns(client, 'default', quiet);
  await gone.list();
  await gone.list();
  expect(calls).toEqual({ started: [], triggered: 1, described: 1 });
  // What heartbeats say beside that waits for the next look at the list.
  await gone.heartbeatUnknown({ workflowId: 'another', runId: 'r' });
  expect(calls.started).toEqual([]);
});

test('the pause of the reconciler is asked after once a look, and nothing is done', async () => {
  const { calls, client } = temporal(runs(30), { paused: true });
  await new GoneRuns(client, 'default', quiet).list();
  expect(calls).toEqual({ started: [], triggered: 0, described: 1 });
});
