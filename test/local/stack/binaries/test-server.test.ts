import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { testServer } from '../../../../local/stack';

const saved = { ...process.env };
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'trainctl-ts-'));
});
afterEach(async () => {
  process.env = { ...saved };
  await rm(dir, { recursive: true, force: true });
});

test('the environment variable wins', async () => {
  process.env.TEMPORAL_TEST_SERVER_PATH = '/some/where';
  expect(await testServer()).toBe('/some/where');
});

test('without Java the error says what to install', async () => {
  delete process.env.TEMPORAL_TEST_SERVER_PATH;
  process.env.TRAINCTL_CACHE = path.join(dir, 'cache');
  process.env.PATH = dir;
  await expect(testServer()).rejects.toThrow(/need Java .* and Maven.*apt-get install default-jdk-headless maven/);
});
