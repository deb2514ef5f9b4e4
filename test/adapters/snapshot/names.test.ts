import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { selectFiles } from '../../../adapters/snapshot';
import { shownName } from '../../../adapters/snapshot/names';
import { type Folder, folder, removeFolders } from './folder';

afterEach(removeFolders);

test.each([
  ['plain name.py', 'plain name.py'],
  ['üñí "quoted" \\', 'üñí "quoted" \\'],
  ['new\nline', '"new\\nline"'],
  ['carriage\rreturn', '"carriage\\rreturn"'],
  ['esc\u001b[31m', '"esc\\u001b[31m"'],
  ['\u009b31m \u202etxt', '"\\u009b31m \\u202etxt"'],
])('%j is shown as one word of one line', (name, shown) => expect(shownName(name)).toBe(shown));

test('sentences about odd names stay sentences', async () => {
  const { dir } = folder({ 'a\nb': { link: '/etc/\nx' } });
  expect((await selectFiles(dir)).warnings).toEqual(['"a\\nb" is a link to "/etc/\\nx", outside the folder: left out']);
});

const BAD = Buffer.from([0x62, 0x27, 0xff, 0x2a]);
const places: [string, (made: Folder) => void][] = [
  ['a file', ({ dir }) => writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), BAD]), 'x')],
  ['a folder', ({ dir }) => mkdirSync(Buffer.concat([Buffer.from(`${dir}/`), BAD]))],
  [
    'a file in such a folder',
    ({ dir }) => {
      mkdirSync(Buffer.concat([Buffer.from(`${dir}/`), BAD]));
      writeFileSync(Buffer.concat([Buffer.from(`${dir}/`), BAD, Buffer.from('/x')]), 'x');
    },
  ],
  [
    'a file in a git work tree',
    (made) => {
      made.commit();
      writeFileSync(Buffer.concat([Buffer.from(`${made.dir}/`), BAD]), 'x');
    },
  ],
];
describe.each(places)('%s whose name is not UTF-8', (_what, make) => {
  const messageOf = async (dir: string): Promise<string> =>
    selectFiles(dir).then(
      () => 'taken',
      (error: Error) => error.message,
    );

  test('is refused, and the command that is advised mends it', async () => {
    const made = folder({ a: 'x' });
    make(made);
    const message = await messageOf(made.dir);
    expect(message).toContain('is not UTF-8: rename the file');
    const command = /\((mv -- .*) NEW-NAME\)/.exec(message)?.[1] ?? '';
    execFileSync('bash', ['-c', `${command} ${path.join(made.dir, 'renamed')}`]);
    expect((await selectFiles(made.dir)).files[0]?.path).toBe('a');
  });

  test('is refused, and the line that is advised leaves it out', async () => {
    const made = folder({ a: 'x' });
    make(made);
    const line = (await messageOf(made.dir)).split('.trainctlignore: ')[1] ?? '';
    writeFileSync(path.join(made.dir, '.trainctlignore'), `${line}\n`);
    expect((await selectFiles(made.dir)).files.map((file) => file.path)).toEqual(['.trainctlignore', 'a']);
  });
});
