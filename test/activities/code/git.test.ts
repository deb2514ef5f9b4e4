import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { snapshotOfCommit, withoutPassword } from '../../../activities/code/git';
import type { Beat } from '../../../activities/step/heartbeat';
import { snapshotKey, snapshotTimesKey } from '../../../contract';
import { type FakeDeps, failureOf, fakeDeps } from '../support/deps';

const beat: Beat = { signal: new AbortController().signal, say: () => {} };
let repo: string;
let first: string;
let deps: FakeDeps;

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd: repo,
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  repo = mkdtempSync(path.join(os.tmpdir(), 'steps-git-'));
  git('init', '--quiet', '-b', 'main');
  writeFileSync(path.join(repo, 'train.py'), 'print(1)\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  first = git('rev-parse', 'HEAD');
  writeFileSync(path.join(repo, 'train.py'), 'print(2)\n');
  mkdirSync(path.join(repo, 'keys'));
  writeFileSync(path.join(repo, 'keys', '.env'), 'PUBLISHED=1\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'two');
});
// Git may be tidying up behind its commands.
afterAll(() => rm(repo, { recursive: true, force: true, maxRetries: 50, retryDelay: 40 }));
beforeEach(() => {
  deps = fakeDeps();
});

test('exactly that commit becomes a snapshot, and the next attempt needs no git server', async () => {
  const url = `file://${repo}`;
  const sent = await snapshotOfCommit(deps, { git: url, ref: first }, beat);
  const archive = await deps.store.get(snapshotKey('p/', sent.snapshot));
  const text = execFileSync('tar', ['-xzO', '-f', '-', 'train.py'], { input: archive, encoding: 'utf8' });
  expect(text).toBe('print(1)\n');
  rmSync(path.join(repo, '.git', 'HEAD.bak'), { force: true });
  expect(await snapshotOfCommit(deps, { git: url, ref: first }, { ...beat, say: () => {} })).toEqual(sent);
  expect(deps.fakeStore.keys().filter((key) => key.startsWith('p/code/git/'))).toHaveLength(1);
});

test('everything is as old as the commit, and what the repository holds is sent as it is', async () => {
  const commit = git('rev-parse', 'HEAD');
  const seconds = git('log', '-1', '--format=%ct');
  const { times = '' } = await snapshotOfCommit(deps, { git: `file://${repo}`, ref: commit }, beat);
  const list = gunzipSync(await deps.store.get(snapshotTimesKey('p/', times))).toString();
  expect(list.split('\0').slice(0, -1).sort()).toEqual(
    ['keys/.env', 'keys', 'train.py'].map((name) => `${seconds}000000000 ${name}`).sort(),
  );
});

test('what a worker noted that kept no times is good all the same', async () => {
  const ref = { git: `file://${repo}`, ref: first };
  const { snapshot } = await snapshotOfCommit(deps, ref, beat);
  const [note = ''] = deps.fakeStore.keys().filter((key) => key.startsWith('p/code/git/'));
  await deps.store.put(note, snapshot);
  expect(await snapshotOfCommit(deps, ref, beat)).toEqual({ snapshot });
});

test('a commit or repository that is not there fails in plain words', async () => {
  const missing = await failureOf(snapshotOfCommit(deps, { git: `file://${repo}`, ref: 'e'.repeat(40) }, beat));
  expect(missing).toMatchObject({
    type: 'failed',
    message: expect.stringContaining('cannot fetch commit eeeeeeeeeeee'),
  });
  const nowhere = await failureOf(snapshotOfCommit(deps, { git: 'file:///nowhere/at/all', ref: first }, beat));
  expect(nowhere).toMatchObject({ type: 'failed' });
});

test.each(['main', 'HEAD', '--upload-pack=touch x', 'abc123'])(
  'a ref that is no full commit id (%s) is refused',
  async (ref) => {
    expect((await failureOf(snapshotOfCommit(deps, { git: `file://${repo}`, ref }, beat))).message).toContain(
      'full commit id',
    );
  },
);

test('addresses that would run commands are refused, and files only count on the local cloud', async () => {
  for (const url of ['ext::sh -c "touch /tmp/owned"', '--upload-pack=touch x']) {
    expect(await failureOf(snapshotOfCommit(deps, { git: url, ref: first }, beat))).toMatchObject({ type: 'failed' });
  }
  const aws = fakeDeps({ cloud: 'aws' });
  expect((await failureOf(snapshotOfCommit(aws, { git: `file://${repo}`, ref: first }, beat))).message).toMatch(
    /not allowed/,
  );
});

test('tokens in addresses are not shown', () => {
  expect(withoutPassword('https://user:tok@example.com/a.git')).toBe('https://example.com/a.git');
});
