import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { StackState } from '../../../../contract';
import { lastPorts, rememberPorts } from '../../../../local/stack/home/ports';

const home = mkdtempSync(path.join(os.tmpdir(), 'ports-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test('a home remembers where its servers listened, and makes nothing of what it cannot read', async () => {
  expect(lastPorts(home)).toEqual({});
  const temporal = { address: '127.0.0.1:7301', uiUrl: 'http://127.0.0.1:8301' };
  await rememberPorts(home, { temporal, cloud: { url: 'http://127.0.0.1:4511' } } as StackState);
  expect(lastPorts(home)).toEqual({ temporal: 7301, ui: 8301, cloud: 4511 });
  writeFileSync(path.join(home, 'ports.json'), '{"temporal":"x","ui":70000,"cloud":4512}');
  expect(lastPorts(home)).toEqual({ cloud: 4512 });
});
