import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../../../adapters/aws';
import { checkSpec, TrainctlError } from '../../../client';
import { sendFolder } from '../../../client/start/send';
import type { RunSpecInput } from '../../../contract/schema';
import { MemoryObjects } from '../support/memory-objects';
import { clientOver, SETTINGS } from '../support/settings-fixture';

const FAULTY = {
  command: [],
  code: { dir: '/nonexistent/project' },
  limits: { maxDuration: 'banana', lease: '10s' },
  resources: { market: 'spto' },
} as unknown as RunSpecInput;

it('start() names every fault of a spec, and starts nothing', async () => {
  const start = jest.fn();
  const client = clientOver({ workflow: { start } } as unknown as Client, new MemoryObjects());
  const error = await client.start(FAULTY).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TrainctlError);
  const { code, faults = [], message } = error as TrainctlError;
  expect(code).toBe('invalid-spec');
  expect(faults.map(({ path: where }) => where).sort()).toEqual([
    'code.dir',
    'command',
    'limits.lease',
    'limits.maxDuration',
    'resources.market',
  ]);
  for (const { path: where } of faults) expect(message).toContain(`${where}: `);
  expect(start).not.toHaveBeenCalled();
});

it('answers with the spec as a run resolves it', async () => {
  expect(await checkSpec({ command: 'x' }, SETTINGS)).toMatchObject({
    command: 'x',
    project: 'demo',
    resources: { instanceTypes: ['m5.large'] },
    limits: { leaseSeconds: 1800 },
  });
});

describe('a folder that is sent', () => {
  let dir: string;
  const objects = new Map<string, Buffer>();
  const store = {
    head: async (key: string) => (objects.has(key) ? { bytes: 1 } : undefined),
    upload: async (key: string, body: AsyncIterable<Buffer>) => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(Buffer.from(chunk));
      objects.set(key, Buffer.concat(chunks));
    },
  } as unknown as ObjectStore;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'trainctl-send-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('is packed and uploaded once, without its credentials', async () => {
    writeFileSync(path.join(dir, 'train.py'), 'print(1)\n');
    writeFileSync(path.join(dir, '.env'), 'HF_TOKEN=hf_x\n');
    const sent = await sendFolder(dir, store, 'p/');
    expect(sent).toMatchObject({ files: 1, bytes: 9, uploaded: true, credentials: ['.env'] });
    expect([...objects.keys()]).toContain(`p/code/${sent.code.snapshot}.tar.gz`);
    expect((await sendFolder(dir, store, 'p/')).uploaded).toBe(false);
  });

  it('has to hold something', async () => {
    await expect(sendFolder(dir, store, '')).rejects.toMatchObject({ code: 'usage' });
    await expect(sendFolder(path.join(dir, 'nowhere'), store, '')).rejects.toMatchObject({ code: 'usage' });
  });
});
