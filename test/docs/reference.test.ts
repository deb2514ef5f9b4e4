import { spawnSync } from 'node:child_process';
import path from 'node:path';

test('the reference page is what the sources say', () => {
  const script = path.join(__dirname, '../../scripts/reference.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
