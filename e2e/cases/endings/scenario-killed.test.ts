import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type TrainctlClient } from '../../../client';
import { UNDO_STEP } from '../../../contract';
import { leftOfSuite, newSuiteTag, RunningContext, runScenario, undoContext, undoScenario } from '../../scenarios';
import { expectEqual } from '../../scenarios/checks';
import { endsAs, textOf } from '../../scenarios/looks';
import { scenario, step } from '../../scenarios/scenario';
import { trainingWorkflow } from '../../scenarios/training-workflow';
import { aliveOf } from '../../support/cloud';

jest.setTimeout(240_000);

// What the suite itself asks of AWS is told from a client's calls (e2e/support/policies).
process.env.AWS_SDK_UA_APP_ID = 'trainctl-suite';

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client.close());

/** Runs a scenario in a process of its own, as a worker does. */
const SCRIPT = `
const { createClient } = require('./dist/client');
const { RunningContext, runScenario, SCENARIOS } = require('./dist/e2e/scenarios');
(async () => {
  const [name, tag] = process.argv.slice(1);
  const scenario = SCENARIOS.find((one) => one.name === name);
  const context = await RunningContext.make(scenario, { client: await createClient(), tag });
  console.log(JSON.stringify(await runScenario(scenario, context)));
})();
`;

test('a scenario whose process is killed in the middle is undone by another, which knows its name and the tag', async () => {
  const tag = newSuiteTag();
  const cwd = path.join(__dirname, '../../..');
  // jest's process.env is a copy, of which a child hears only when it is told.
  const options = { cwd, env: process.env, stdio: 'inherit' } as const;
  const child = spawn(process.execPath, ['-e', SCRIPT, trainingWorkflow.name, tag], options);
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const id = `${tag}.${trainingWorkflow.name}.1`;
  while ((await aliveOf(id)).length === 0) await sleep(300);
  child.kill('SIGKILL');
  await gone;
  const undone = await undoScenario(trainingWorkflow, undoContext(trainingWorkflow, { client, tag }));
  expect(undone).toMatchObject({ runs: [id], leftovers: [], failures: [] });
  expect(await aliveOf(id)).toEqual([]);
  expect(await leftOfSuite({ client, tag })).toEqual([]);
});

const disappoints = scenario({
  name: 'disappoints',
  shows: 'what is known of a step that failed',
  creates: ['1 instance'],
  minutes: 4,
  instanceHours: 0.05,
  steps(context) {
    return [
      step('it says good morning', async () => {
        const dir = await context.project({ 'greet.py': 'print("good evening")\n' });
        const run = await context.start(dir, { command: ['python3', 'greet.py'] });
        await endsAs(context, run, 'succeeded');
        expectEqual('its log', await textOf(run), 'good morning\n');
      }),
      step('and good night', async () => undefined),
    ];
  },
});

test('a step that fails hands in its run, the end of its log, EC2 and the history; the undo leaves nothing all the same', async () => {
  const tag = newSuiteTag();
  const result = await runScenario(disappoints, await RunningContext.make(disappoints, { client, tag }));
  expect(result).toMatchObject({ outcome: 'failed', leftovers: [] });
  expect(result.steps.map(({ name, outcome }) => [name, outcome])).toEqual([
    ['it says good morning', 'failed'],
    ['and good night', 'skipped'],
    [UNDO_STEP, 'passed'],
  ]);
  const [failed] = result.steps;
  expect(failed?.error).toEqual({
    message: 'its log: not as expected',
    expected: 'good morning\n',
    seen: 'good evening\n',
  });
  const id = `${tag}.disappoints.1`;
  const evidence = Object.fromEntries((failed?.evidence ?? []).map(({ name, text }) => [name, text]));
  expect(evidence[`run ${id}`]).toContain('ended: succeeded');
  expect(evidence[`end of the log of ${id}`]).toBe('good evening');
  expect(evidence.EC2).toMatch(/^i-\w+ · t3\.micro · \S+ · /);
  expect(evidence[`history of ${id}`]).toContain(`/namespaces/default/workflows/${id}/`);
  expect(await leftOfSuite({ client, tag })).toEqual([]);
});
