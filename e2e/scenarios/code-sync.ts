import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, type RunHandle, runInput } from '../../client';
import { snapshotKey, snapshotTimesKey } from '../../contract';
import { expectEqual, expectThat, expectThere } from './checks';
import { endsAs, outputOf } from './looks';
import { type ProjectFile, type ProjectFiles, type ScenarioContext, scenario, step } from './scenario';

/** Tells what is in its folder when it starts, before it makes anything. Names are told in hex: no encoding is in the way. */
const TELL = `
import hashlib, json, os
found = {}
for at, folders, files in os.walk("."):
    for name in files + [f for f in folders if os.path.islink(os.path.join(at, f))]:
        path = os.path.relpath(os.path.join(at, name), ".")
        key = os.fsencode(path).hex()
        if os.path.islink(path): found[key] = ["link", os.readlink(path)]
        else:
            with open(path, "rb") as f: digest = hashlib.sha256(f.read()).hexdigest()
            found[key] = ["runs" if os.stat(path).st_mode & 0o100 else "file", digest]
os.makedirs("outputs", exist_ok=True)
with open("outputs/found.json", "w") as f: json.dump(found, f)
`;

/** Every byte, many times over. */
const BINARY = Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7 + (i >> 8)) % 256));

/** What must arrive. */
const SENT: ProjectFiles = {
  'tell.py': TELL,
  '.gitignore': '*.tmp\nbuild/\n!keep.tmp\n',
  'sub/.gitignore': 'only-here.log\n',
  '.trainctlignore': 'big/\n*.raw\n',
  'empty.txt': '',
  'binary.bin': BINARY,
  'run.sh': { content: '#!/bin/sh\nexit 0\n', mode: 0o755 },
  'read-only.txt': { content: 'nobody writes here\n', mode: 0o444 },
  'keep.tmp': 'said to be kept\n',
  'sub/deep/er/still/file.txt': 'deep\n',
  'only-here.log': 'ignored in another folder\n',
  'link-to-file': { link: 'sub/deep/er/still/file.txt' },
  'sub/link-up': { link: '../empty.txt' },
  'link-to-folder': { link: 'sub' },
  'two words.txt': 'blank\n',
  'süß – 日本語 🚂.txt': 'letters\n',
  '-rf': 'a dash first\n',
  'it\'s "quoted".txt': 'quotes\n',
  '$(touch oops) `touch oops`; *?[a]&|.txt': 'shell\n',
  'back\\slash.txt': 'backslash\n',
  '#comment': 'hash\n',
  '.hidden/.more': 'hidden\n',
  [`${'long-name-'.repeat(20)}.txt`]: 'long\n',
};

/** What must stay: of git, ignored by either file, or secret. */
const LEFT: ProjectFiles = {
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/config': '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n',
  '.git/objects/': '',
  '.git/refs/heads/': '',
  'scratch.tmp': 'ignored\n',
  'build/out.o': 'ignored\n',
  'sub/only-here.log': 'ignored in this folder\n',
  'big/data.csv': 'not for the host\n',
  'sub/image.raw': 'not for the host\n',
  '.env': 'PASSWORD=of-nobody\n',
};

const hex = (name: string): string => Buffer.from(name).toString('hex');

type Found = Record<string, [string, string]>;

function toldOf(file: ProjectFile): [string, string] {
  if (typeof file === 'object' && 'link' in file) return ['link', file.link];
  const [content, mode] =
    typeof file === 'string' || file instanceof Uint8Array ? [file, 0o644] : [file.content, file.mode];
  return [mode & 0o100 ? 'runs' : 'file', createHash('sha256').update(content).digest('hex')];
}

/** By names as people read them. */
function named(found: Found): Record<string, string> {
  const entries = Object.entries(found).map(([name, told]) => [Buffer.from(name, 'hex').toString(), told.join(' ')]);
  return Object.fromEntries(entries.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

/** Only what differs is shown: the rest would hide it. */
function expectFiles(seen: Found, expected: Found): void {
  const differ = (one: Found, other: Found): Found =>
    Object.fromEntries(Object.entries(one).filter(([name, told]) => told.join(' ') !== other[name]?.join(' ')));
  expectEqual('the files on the host', named(differ(seen, expected)), named(differ(expected, seen)));
}

export const codeSync = scenario({
  name: 'code-sync',
  shows: 'the host gets exactly the files that it should, byte for byte, and only what has changed is sent again',
  creates: ['3 instances, 2 of them at once'],
  minutes: 6,
  instanceHours: 0.1,
  steps(context) {
    let dir: string;
    let expected: Found;
    let first: RunHandle;
    let second: RunHandle;
    let third: RunHandle;
    let sent: Awaited<ReturnType<typeof codeIn>>;
    const start = (): Promise<RunHandle> => context.start(dir, { command: ['python3', 'tell.py'] });
    return [
      step('sends a folder with all kinds of files', async () => {
        dir = await context.project({ ...SENT, ...LEFT });
        const mark = await markOf(dir);
        expected = Object.fromEntries(
          Object.entries({ ...SENT, ...mark }).map(([name, file]) => [hex(name), toldOf(file)]),
        );
        first = await start();
        sent = await codeIn(context, first);
      }),
      step('the host has exactly the files that it should', async () => {
        await endsAs(context, first, 'succeeded');
        expectFiles(await foundBy(context, first), expected);
      }),
      step('an unchanged folder is not sent again', async () => {
        second = await start();
        expectEqual('the objects that hold the code', await codeIn(context, second), sent);
      }),
      step('one changed and one removed file are sent', async () => {
        await context.write(dir, { 'sub/deep/er/still/file.txt': 'deeper\n' });
        await rm(path.join(dir, 'two words.txt'));
        third = await start();
        const now = await codeIn(context, third);
        expectThat('the code has another name', now[0]?.key !== sent[0]?.key, now);
      }),
      step('the host of the unchanged folder has the same files', async () => {
        await endsAs(context, second, 'succeeded');
        expectFiles(await foundBy(context, second), expected);
      }),
      step('the host of the changed folder has the change, and nothing else is different', async () => {
        await endsAs(context, third, 'succeeded');
        const changed = { ...expected, [hex('sub/deep/er/still/file.txt')]: toldOf('deeper\n') };
        delete changed[hex('two words.txt')];
        expectFiles(await foundBy(context, third), changed);
      }),
    ];
  },
});

async function foundBy(context: ScenarioContext, run: RunHandle): Promise<Found> {
  return JSON.parse((await outputOf(context, run, 'found.json')).toString('utf8')) as Found;
}

/** The file that the suite puts into each project. */
async function markOf(dir: string): Promise<ProjectFiles> {
  return { 'trainctl-e2e.txt': await readFile(path.join(dir, 'trainctl-e2e.txt')) };
}

/** The objects with a run's code, and when they were written. */
async function codeIn({ temporal, objects, settings }: ScenarioContext, run: RunHandle) {
  const code = codeOf(await runInput(temporal, { workflowId: run.run, runId: run.address.runId }));
  const { snapshot, times } = 'snapshot' in code ? code : { snapshot: '', times: '' };
  const keys = [snapshotKey(settings.prefix, snapshot), snapshotTimesKey(settings.prefix, times ?? '')];
  return Promise.all(
    keys.map(async (key) => {
      const { bytes, modifiedAt, etag } = expectThere(`object ${key}`, await objects.head(key));
      return { key, bytes, modifiedAt, etag };
    }),
  );
}
