import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Host } from './support/host';

let host: Host;
beforeEach(async () => {
  host = await new Host().open();
});
afterEach(() => host.close());

describe('fetch', () => {
  it('brings files and folders in parallel, verified; what is there and right is not fetched again', async () => {
    const files = Array.from({ length: 20 }, (_, i) => ({ path: `part ${i}/x.bin`, content: randomBytes(200_000) }));
    for (const file of files) writeFileSync(host.store.file(file.path), file.content);
    host.store.faults.push({ method: 'GET', key: /part 7/, times: 2, cutAfter: 50_000 });
    const inputs = [
      {
        to: 'data/',
        files: files.map(({ path: name, content }) => ({
          url: host.store.download(name),
          path: name,
          bytes: content.length,
          sha256: createHash('sha256').update(content).digest('hex'),
        })),
      },
      { to: 'one.bin', files: [{ url: host.store.download('part 3/x.bin'), path: '', bytes: 200_000 }] },
    ];
    expect(await host.ok('fetch', { dir: host.dir, inputs })).toMatchObject({ files: 21, bytes: 21 * 200_000 });
    for (const file of files) expect(readFileSync(host.path('code/data', file.path)).equals(file.content)).toBe(true);
    const requests = host.store.requests.length;
    await host.ok('fetch', { dir: host.dir, inputs: inputs.slice(0, 1) });
    expect(host.store.requests).toHaveLength(requests);
  });

  it('refuses paths that leave the code, wrong sizes and hashes, and more than the disk holds', async () => {
    writeFileSync(host.store.file('x'), 'content');
    const one = { url: host.store.download('x'), path: '', bytes: 7 };
    const fails = (to: string, file: object) =>
      host.fails('fetch', { dir: host.dir, inputs: [{ to, files: [{ ...one, ...file }] }] });
    expect((await fails('../x', {})).code).toBe('hostile');
    expect((await fails('data', { path: '/etc/x' })).code).toBe('hostile');
    mkdirSync(host.path('code'), { recursive: true });
    symlinkSync(host.home, host.path('code/out'));
    expect((await fails('out/y', {})).code).toBe('hostile');
    expect((await fails('y', { bytes: 8 })).code).toBe('corrupt');
    expect((await fails('y', { sha256: '0'.repeat(64) })).code).toBe('corrupt');
    const full = await fails('y', { bytes: 1e18 });
    expect(full.code).toBe('disk-full');
    expect(full.message).toContain('1000000000000000000 bytes');
    expect((await fails('y', { url: host.store.download('absent') })).code).toBe('refused');
    expect(existsSync(host.path('code/y'))).toBe(false);
  });
});
