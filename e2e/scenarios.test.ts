// Read here: of tests that run side by side, jest lets none load a module once another has ended.
import '../adapters/aws/fis/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createClient, type TrainctlClient } from '../client';
import { outcomeOfScenarios, type ScenarioResult, type SuiteResult } from '../contract';
import { junitFaults } from '../test/e2e/reports/junit-rules';
import { parseXml } from '../test/e2e/reports/xml';
import { htmlPage, jsonReport, junitXml, scenarioText } from './reports';
import {
  estimateOf,
  leftOfSuite,
  limitMinutes,
  newSuiteTag,
  RunningContext,
  runScenario,
  SCENARIOS,
  type Scenario,
  shareUsd,
} from './scenarios';
import { allowedUsd, isOnAws } from './support/on-aws';

/** On the installation of this environment, which must be on AWS. Else on the stack that jest has started. */
const ON_AWS = isOnAws(process.env);
// What the suite itself asks of AWS is told from a client's calls (e2e/support/policies).
process.env.AWS_SDK_UA_APP_ID = 'trainctl-suite';
const tag = newSuiteTag();
const startedAt = new Date().toISOString();
const results: ScenarioResult[] = [];

// jest begins tests that run side by side before any hook.
let connected: Promise<TrainctlClient> | undefined;
const connect = (): Promise<TrainctlClient> => {
  connected ??= createClient();
  return connected;
};

async function run(scenario: Scenario): Promise<void> {
  const client = await connect();
  const capUsd = ON_AWS
    ? { capUsd: shareUsd(scenario, SCENARIOS, client.settings, allowedUsd(process.env, client.settings, SCENARIOS)) }
    : {};
  const result = await runScenario(scenario, await RunningContext.make(scenario, { client, tag, ...capUsd }));
  results.push(result);
  if (result.outcome === 'failed') throw new Error(`\n${scenarioText(result)}`);
  if (result.outcome === 'skipped') console.warn(scenarioText(result));
}

const timeout = (scenario: Scenario): number =>
  (limitMinutes(scenario, { cloud: ON_AWS ? 'aws' : 'local' }) + 15) * 60_000;

for (const scenario of SCENARIOS.filter(({ last }) => !last))
  test.concurrent(scenario.name, () => run(scenario), timeout(scenario));
// jest begins these when all those before have ended.
for (const scenario of SCENARIOS.filter(({ last }) => last))
  test(scenario.name, () => run(scenario), timeout(scenario));

const verified = !ON_AWS || process.env.TRAINCTL_VERIFY_CLEANUP === '1' ? test : test.skip;
verified('nothing with the tag of the suite is left', async () => {
  const client = await connect();
  expect(await leftOfSuite({ client, tag })).toEqual([]);
});

test('what they say is JUnit XML', async () => {
  const { settings } = await connect();
  const leftovers = results.flatMap((one) => one.leftovers);
  const result: SuiteResult = {
    outcome: outcomeOfScenarios(results, leftovers),
    scenarios: SCENARIOS.flatMap(({ name }) => results.filter((one) => one.name === name)),
    costUsd: results.reduce((sum, { costUsd }) => sum + costUsd, 0),
    leftovers,
    tag,
    startedAt,
    endedAt: new Date().toISOString(),
    cloud: settings.cloud,
    region: settings.region,
    installation: settings.installation,
    estimateUsd: estimateOf(SCENARIOS, settings).totalUsd,
  };
  const xml = junitXml(result);
  const folder = process.env.TRAINCTL_E2E_REPORTS;
  if (folder) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'junit.xml'), xml);
    writeFileSync(path.join(folder, 'report.html'), htmlPage(result));
    writeFileSync(path.join(folder, 'result.json'), jsonReport(result));
  }
  expect(junitFaults(parseXml(xml))).toEqual([]);
});

afterAll(async () => (await connected)?.close());
