import path from 'node:path';
import { createClient, type RunHandle, type TrainctlClient } from '../client';
import { trainctl } from './support/cli';
import { aliveOf, local } from './support/cloud';
import { withCheckpoint } from './support/counting';

// Minutes of real training: by `npm run test:faults`.
const long = process.env.LONG_TESTS ? test : test.skip;

jest.setTimeout(400_000);

let client: TrainctlClient;
beforeAll(async () => {
  client = await createClient();
});
afterAll(() => client?.close());

async function digits(): Promise<RunHandle> {
  const cwd = path.join(__dirname, '../examples/digits');
  const { code, stdout, stderr } = await trainctl(['run', '--json', '--yes', '--detach'], { cwd });
  if (code !== 0) throw new Error(`run: ${code} ${stderr}`);
  return client.get((JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { run: string }).run);
}

long('the accuracy of a run that lost an instance is that of the undisturbed one, to the last digit', async () => {
  const [calm, hit] = [await digits(), await digits()];
  await local('POST', `instances/${await withCheckpoint(hit)}/kill`, {});
  const [first, second] = await Promise.all([calm.result(), hit.result()]);
  expect(first).toMatchObject({ outcome: 'succeeded', attemptCount: 1 });
  expect(second).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1, finalStep: first.finalStep });
  const metrics = async (run: RunHandle): Promise<unknown> => (await run.status()).lastMetrics;
  expect(await metrics(calm)).toHaveProperty('accuracy');
  expect(await metrics(hit)).toEqual(await metrics(calm));
  expect([...(await aliveOf(calm.run)), ...(await aliveOf(hit.run))]).toEqual([]);
});
