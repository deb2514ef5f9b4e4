import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readState, type StoredStack, writeState } from '../../../local/stack/home/state';
import { type Named, self } from '../../../local/stack/machine/process-table';
import { isAlive } from '../../../local/stack/machine/processes';
import type { Part } from '../../../local/stack/parts/start-part';
import { endDying, startersOf } from '../../../local/stack/remains';
import { home, node, STAY } from './support/node-part';

let cloud: ChildProcess;
beforeEach(async () => {
  // By its command line it is the cloud of this home.
  cloud = spawn(process.execPath, ['-e', STAY, '--', path.join(home, 'cloud')]);
  await once(cloud, 'spawn');
});
afterEach(() => {
  cloud.kill('SIGKILL');
});

const dead = (): Named => ({ pid: spawnSync('true').pid });
const texts = { address: '', namespace: '', uiUrl: '', version: '' };

async function written(starters: StoredStack['starters']): Promise<StoredStack> {
  const state: StoredStack = {
    version: 1,
    startedAt: '',
    temporal: { ...texts, pid: null, binary: null },
    cloud: {
      ...{ url: '', region: '', bucket: '', accessKeyId: '', secretAccessKey: '', sshPort: 0, user: '' },
      dir: path.join(home, 'cloud'),
      pid: cloud.pid ?? 0,
    },
    worker: null,
    ...(starters && { starters }),
  };
  await writeState(home, state);
  return state;
}

test('a part that was not to outlive its starter is gone before a start asks what lives', async () => {
  await written({ 'local cloud': dead() });
  const gone = once(cloud, 'exit');
  await endDying(home);
  expect(await gone).toEqual([null, 'SIGTERM']);
});

test('one whose guard has told it so already is waited for, and told once', async () => {
  const told = path.join(home, 'told');
  const handsOver = `process.on('SIGTERM', () => {
    require('fs').appendFileSync(${JSON.stringify(told)}, 'TERM ');
    setTimeout(() => process.exit(), 300);
  });`;
  const part = await node(`${handsOver} console.log('{"ready":true}'); ${STAY}`);
  await part.ready(60);
  const state = await written({ 'local cloud': dead() });
  await writeState(home, { ...state, cloud: { ...state.cloud, pid: part.server, guard: part.pid, dir: home } });
  // As the kernel does it for a starter that was killed.
  part.child.stdin?.destroy();
  await endDying(home);
  expect(isAlive(part.server)).toBe(false);
  expect(readFileSync(told, 'utf8')).toBe('TERM ');
});

test.each([
  ['is kept', undefined],
  ['has a starter that lives', { 'local cloud': self() }],
  ['is not the one whose starter is gone', { worker: { pid: 2 ** 22 } }],
])('a part that %s stays', async (_, starters) => {
  await written(starters);
  await endDying(home);
  expect(isAlive(cloud.pid ?? 0)).toBe(true);
  expect(cloud.signalCode).toBeNull();
});

test('a pid that was given to another process since is no starter', async () => {
  if (self().started === undefined) return;
  await written({ 'local cloud': { ...self(), started: '1' } });
  const gone = once(cloud, 'exit');
  await endDying(home);
  await gone;
});

test('what was found stays whose it was, and what is new is this process’s until it is kept', async () => {
  const starters = { temporal: { pid: 1 }, worker: { pid: 1 } };
  const state = await written(starters);
  expect((await readState(home))?.starters).toEqual(starters);
  const started = [{ name: 'worker' } as Part];
  expect(startersOf({ state }, started, false)).toEqual({ starters: { temporal: { pid: 1 }, worker: self() } });
  expect(startersOf({ state }, started, true)).toEqual({ starters: { temporal: { pid: 1 } } });
  expect(startersOf({}, started, true)).toEqual({});
});
