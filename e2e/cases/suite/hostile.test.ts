import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type TrainctlClient } from '../../../client';
import { EXIT_CODES, type SuiteResult } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { knownInstances, local } from '../../support/cloud';
import { endOf, suiteWhere } from '../../support/suite/follow';
import { temporal } from '../../support/temporal';

jest.setTimeout(600_000);

let client: TrainctlClient;
const folder = mkdtempSync(path.join(os.tmpdir(), 'trainctl-hostile-'));
beforeAll(async () => {
  client = await createClient();
});
afterAll(async () => {
  await client.close();
  rmSync(folder, { recursive: true, force: true });
});

/** By a file: a command line takes no megabyte. */
function inFile(text: string): string {
  const file = path.join(folder, `${Math.random()}.json`);
  writeFileSync(file, text);
  return file;
}

async function start(type: string, workflowId: string, text: string): Promise<void> {
  const where = ['--task-queue', 'trainctl', '--workflow-id', workflowId];
  await temporal('workflow', 'start', '--type', type, ...where, '--input-file', inFile(text));
}

const history = (workflowId: string): Promise<string> =>
  temporal('workflow', 'show', '--workflow-id', workflowId, '--output', 'json');

const wrong = { only: ['nope', 7], maxUsd: -1, parallel: 'many', notify: {}, pauseAfter: 0.5, budget: 3 };

test.each<[string, string, string[]]>([
  ['a list', '[]', ['a list']],
  ['a word', '"x"', ['"x"']],
  ['a number', '7', ['7']],
  [
    'faults in every option',
    JSON.stringify(wrong),
    [
      'options have 7 faults',
      '"nope" is no scenario',
      '7 is no scenario',
      '-1 is no amount of dollars',
      '"many" is no whole number',
      'notify',
      '0.5 is no whole number',
      'budget',
    ],
  ],
  ['a name of another kind', '{"only": {"training-workflow": true}}', ['only: an object']],
  ['no name', '{"only": []}', ['names no scenario']],
  ['a megabyte', JSON.stringify({ only: ['x'.repeat(1_000_000)] }), ['too large|is no scenario']],
  ['a megabyte of names', JSON.stringify({ only: Array(90_000).fill('training') }), ['too large|is no scenario']],
  ['a deep one', `{"only": ${'['.repeat(2000)}${']'.repeat(2000)}}`, ['too large|is no scenario']],
  ['a prototype', '{"__proto__": {"only": []}, "constructor": 1}', ['constructor']],
])('e2eSuite started with %s fails at once, and every fault is named', async (what, text, words) => {
  const id = `hostile ${what}`;
  await start('e2eSuite', id, text);
  expect(await endOf(client, id)).toBe('FAILED');
  const followed = await trainctl(['e2e', '--follow', id]);
  expect(followed.code).toBe(EXIT_CODES.invalid);
  for (const word of words) expect(followed.stderr).toMatch(new RegExp(word.replace(/[-$]/g, '\\$&')));
  expect(followed.stderr.length).toBeLessThan(4000);
  const shown = await history(id);
  expect(shown).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
  expect(shown).not.toContain('EVENT_TYPE_START_CHILD_WORKFLOW');
});

test.each([
  ['nothing that it knows', '{}'],
  ['a list', '[[[]]]'],
  ['a suite that is none', '{"suite": {"tag": "../../x", "workflowId": 7}, "plan": {"name": "code-sync"}}'],
  ['a megabyte', JSON.stringify({ suite: 'x'.repeat(1_000_000) })],
])('e2eScenario started by hand with %s fails at once, and says who starts it', async (what, text) => {
  const id = `scenario by hand, ${what}`;
  await start('e2eScenario', id, text);
  expect(await endOf(client, id)).toBe('FAILED');
  const shown = await history(id);
  expect(shown).toContain('a scenario is started by its suite');
  expect(shown).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
});

const SCENARIO = 'training-workflow';
const ODD = [
  'null',
  '[]',
  '"x"',
  '{}',
  `{"scenario": "${SCENARIO}"}`,
  `{"scenario": "${SCENARIO}", "steps": "all"}`,
  `{"scenario": "${SCENARIO}", "step": {"a": 1}, "steps": [null, 1, {"name": 7, "outcome": "failed", "seconds": -1}]}`,
  `{"scenario": "${SCENARIO}", "step": "forged", "steps": [{"name": "forged", "outcome": "failed", "seconds": 1}]}`,
  `{"scenario": "__proto__", "steps": []}`,
  JSON.stringify({ scenario: SCENARIO, step: 'x'.repeat(900_000), steps: [] }),
];

/** Cuts the host of the first run whose id begins so off from everybody, once there is one; answers its instance. */
async function cutOff(prefix: string): Promise<string> {
  for (;;) {
    const found = (await knownInstances()).find(
      ({ state, tags }) => state === 'running' && tags['trainctl:run']?.startsWith(prefix),
    );
    if (found) {
      await local('POST', `instances/${found.id}/partition`);
      const { partitioned } = await local<{ partitioned: boolean }>('GET', `instances/${found.id}`);
      if (partitioned) return found.id;
    }
    await sleep(100);
  }
}

test('signals and queries of odd shapes change nothing of a suite and its scenario, which go on to their end', async () => {
  const id = 'hostile:signals';
  await start('e2eSuite', id, JSON.stringify({ only: SCENARIO }));
  const child = `${id}:${SCENARIO}`;
  const { tag = '' } = await suiteWhere(
    await client.suites.get(id),
    ({ scenarios }) => scenarios[0]?.workflowId === child,
  );
  // It comes to no end before it has been told all this, since nobody reaches its host.
  const instance = await cutOff(`${tag}.`);
  for (const workflowId of [id, child]) {
    const signal = (name: string, text: string): Promise<string> =>
      temporal('workflow', 'signal', '--workflow-id', workflowId, '--name', name, '--input-file', inFile(text));
    await Promise.all(ODD.map((text) => signal('scenarioStep', text)));
    for (const name of ['stop', 'nobody knows this', '__proto__']) await signal(name, '{"mode": "now"}');
    const query = (...args: string[]): Promise<string> =>
      temporal('workflow', 'query', '--workflow-id', workflowId, ...args);
    await expect(query('--name', 'status', '--input', '[{"odd": true}]')).resolves.toContain(SCENARIO);
    await expect(query('--name', 'no-such-query')).rejects.toThrow('no-such-query');
    const update = ['workflow', 'update', 'execute', '--workflow-id', workflowId, '--name', 'stop', '--input', '{}'];
    await expect(temporal(...update)).rejects.toThrow();
  }
  await local('POST', `instances/${instance}/heal`);
  const { warnings } = await suiteWhere(await client.suites.get(id), (status) => status.warnings.length > 0);
  expect(warnings.join('\n')).toContain('nobody knows this');
  const ended = await trainctl(['e2e', '--follow', id, '--json']);
  expect(ended.code).toBe(0);
  const result = lastJson<SuiteResult>(ended);
  expect(result).toMatchObject({ outcome: 'passed', leftovers: [] });
  expect(JSON.stringify(result)).not.toContain('forged');
  for (const workflowId of [id, child])
    expect(await history(workflowId)).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
});
