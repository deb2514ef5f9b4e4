import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agentCommand, notWhole } from '../../../adapters/ssh/agent-file';
import type { HostSession } from '../../../adapters/ssh/types';
import { agentPath } from '../../../contract';

const SOURCE = 'print("works")\n';
const sha256 = createHash('sha256').update(SOURCE).digest('hex');
const session = { target: { address: 'h' } } as HostSession;

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'trainctl-home-'));
  mkdirSync(path.dirname(path.join(home, agentPath(sha256))), { recursive: true });
  writeFileSync(path.join(home, agentPath(sha256)), SOURCE);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** `before`: how the shell of the host is. */
const code = (before = ''): number | null =>
  spawnSync('sh', ['-c', `${before}${agentCommand(sha256, 'probe')}`], { cwd: home, stdio: 'ignore' }).status;

/** A system whose tools find no hash. */
const NO_HASH = (hasPython: boolean): string =>
  `command() { [ "$1" = -v ] && return ${hasPython ? 0 : 1}; return 1; }; python3() { return 1; }; `;

test('a file that cannot be read is placed anew, and nobody is warned of another one', () => {
  expect(code()).toBe(0);
  expect(notWhole(code(NO_HASH(true)), session)).toMatchObject({ name: 'AgentNotWholeError', differs: false });
});

test('only a host that has no python3 is said to have none', () => {
  expect(code(NO_HASH(false))).toBe(127);
});

test('a file that is another one is told of', () => {
  writeFileSync(path.join(home, agentPath(sha256)), `${SOURCE}#`);
  expect(notWhole(code(), session)).toMatchObject({ differs: true });
});
