import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CompiledCli, type Finished } from './support/compiled';

describe('what V8 has compiled', () => {
  let cli: CompiledCli;
  let cache: string;
  beforeAll(() => {
    cli = new CompiledCli();
    cache = path.join(cli.folder, 'cache');
  });
  afterAll(() => cli.remove());

  /** A command that reads more than a small part. */
  const schema = (): Promise<Finished> => cli.run(['schema'], { TRAINCTL_CACHE: cache });
  const folder = (): string => path.join(cache, 'compiled', readdirSync(path.join(cache, 'compiled'))[0] ?? '');
  const kept = (): Map<string, Buffer> =>
    new Map(readdirSync(folder()).map((name) => [name, readFileSync(path.join(folder(), name))]));

  it('is kept for the next start, which does not write it again', async () => {
    const first = await schema();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const after = kept();
    expect([...after.keys()].every((name) => name.endsWith('.js.v8'))).toBe(true);
    expect(after.size).toBeGreaterThan(0);
    expect(await schema()).toEqual(first);
    expect(kept()).toEqual(after);
  });

  it('is made anew when it is damaged', async () => {
    const first = await schema();
    for (const name of kept().keys()) writeFileSync(path.join(folder(), name), 'damaged');
    expect(await schema()).toEqual(first);
    for (const body of kept().values()) expect(body.length).toBeGreaterThan(1000);
  });

  it('goes with its part, when a new build is kept', async () => {
    await schema();
    const names = [...kept().keys()];
    writeFileSync(path.join(folder(), 'gone-ABCDEFGH.js.v8'), 'of an earlier build');
    await schema();
    expect([...kept().keys()]).toContain('gone-ABCDEFGH.js.v8');
    writeFileSync(path.join(folder(), names[0] ?? ''), 'damaged');
    await schema();
    expect([...kept().keys()]).toEqual(names);
  });

  it('is no matter where nothing can be kept', async () => {
    const first = await schema();
    rmSync(cache, { recursive: true });
    writeFileSync(cache, 'a file');
    expect(await schema()).toEqual(first);
  });
});
