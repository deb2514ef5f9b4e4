import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { packSelection, selectFiles } from '../../../adapters/snapshot';
import { Copy } from '../../../adapters/snapshot/copy';
import { folder, removeFolders } from './folder';

afterEach(() => {
  jest.restoreAllMocks();
  removeFolders();
});

interface Sent {
  files: Record<string, string>;
  warnings: string[];
}

/** What is sent of a folder in which something happens after it was listed, and each time after `a` was read. */
async function sentOf(dir: string, happens: { listed?: () => void; read?: (time: number) => void }): Promise<Sent> {
  const selection = await selectFiles(dir);
  happens.listed?.();
  const { append } = Copy.prototype;
  let time = 0;
  jest.spyOn(Copy.prototype, 'append').mockImplementation(async function (this: Copy, ...args) {
    const slice = await append.apply(this, args);
    happens.read?.(++time);
    return slice;
  });
  const packed = await packSelection(selection);
  const files: Record<string, string> = {};
  const entries = extract();
  packed.tarGz().pipe(createGunzip()).pipe(entries);
  for await (const entry of entries) files[entry.header.name] = await text(entry);
  await packed.close();
  expect([packed.files, packed.bytes]).toEqual([Object.keys(files).length, Object.values(files).join('').length]);
  return { files, warnings: packed.warnings };
}

describe('a file that changes while it is read', () => {
  let dir: string;
  let file: string;
  const BIG = 'x'.repeat(600_000);
  beforeEach(() => {
    dir = folder({ a: 'first' }).dir;
    file = path.join(dir, 'a');
  });

  test('grows: it is taken as it was, and read once', async () => {
    let reads = 0;
    const grow = (): void => {
      reads++;
      appendFileSync(file, ' more');
    };
    expect(await sentOf(dir, { read: grow })).toEqual({ files: { a: 'first' }, warnings: [] });
    expect(reads).toBe(1);
  });

  test('has grown since it was listed: it is taken as it is', async () => {
    expect(await sentOf(dir, { listed: () => appendFileSync(file, ' more') })).toEqual({
      files: { a: 'first more' },
      warnings: [],
    });
  });

  test('is large, and grows all the while', async () => {
    writeFileSync(file, BIG);
    expect(await sentOf(dir, { read: () => appendFileSync(file, BIG) })).toEqual({ files: { a: BIG }, warnings: [] });
  });

  test('is replaced in place: it is read again', async () => {
    const replace = (time: number): void => {
      if (time <= 2) writeFileSync(file, `again ${time}, and longer`);
    };
    expect(await sentOf(dir, { read: replace })).toEqual({ files: { a: 'again 2, and longer' }, warnings: [] });
  });

  test('is cut short: it is read again', async () => {
    writeFileSync(file, BIG);
    const cut = (time: number): void => {
      if (time === 1) truncateSync(file, 10);
    };
    expect(await sentOf(dir, { read: cut })).toEqual({ files: { a: 'x'.repeat(10) }, warnings: [] });
  });

  test('is renamed over: the old one is taken whole', async () => {
    const over = (): void => {
      writeFileSync(path.join(dir, 'new'), 'other');
      renameSync(path.join(dir, 'new'), file);
    };
    expect(await sentOf(dir, { read: over })).toEqual({ files: { a: 'first' }, warnings: [] });
  });

  test('is deleted: what was read is taken', async () => {
    expect(await sentOf(dir, { read: () => rmSync(file) })).toEqual({ files: { a: 'first' }, warnings: [] });
  });

  test('is only touched: that is no change', async () => {
    expect(await sentOf(dir, { read: (time) => utimesSync(file, time, time) })).toEqual({
      files: { a: 'first' },
      warnings: [],
    });
  });

  test('is rewritten all the while: the run starts, and that is said', async () => {
    const sent = await sentOf(dir, { read: (time) => writeFileSync(file, `time ${time}`) });
    expect(sent.files.a).toMatch(/^time \d$/);
    expect(sent.warnings).toEqual([expect.stringMatching(/^a was rewritten all the while .* half old, half new/)]);
  });
});

describe('a file that is another when its turn comes', () => {
  test.each<[string, (dir: string) => void, string]>([
    ['is gone', () => {}, 'b was deleted while the code was packed: left out'],
    ['is a link', (dir) => symlinkSync('/etc/passwd', path.join(dir, 'b')), 'b became a link'],
    ['is a folder', (dir) => mkdirSync(path.join(dir, 'b')), 'b is no file any more'],
  ])('%s: it is left out, and that is said', async (_what, change, words) => {
    const { dir } = folder({ a: 'first', b: 'second' });
    const listed = (): void => {
      rmSync(path.join(dir, 'b'));
      change(dir);
    };
    expect(await sentOf(dir, { listed })).toEqual({
      files: { a: 'first' },
      warnings: [expect.stringContaining(words)],
    });
  });
});

test('a log that another process writes without a pause is there as it was at some moment', async () => {
  const { dir } = folder({ 'train.py': 'x', log: '' });
  const script = 'i=0; while :; do i=$((i+1)); echo "line $i"; done >> log';
  const writer = spawn('bash', ['-c', script], { cwd: dir });
  try {
    while (statSync(path.join(dir, 'log')).size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const { files, warnings } = await sentOf(dir, {});
    expect(warnings).toEqual([]);
    const lines = (files.log ?? '').split('\n').slice(0, -1);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toEqual(lines.map((_, i) => `line ${i + 1}`));
  } finally {
    writer.kill('SIGKILL');
    await once(writer, 'close');
  }
});
