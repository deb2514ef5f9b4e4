import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeReports } from '../../../../../client/cli/commands/e2e/ending';
import type { SuiteResult } from '../../../../../contract';

const RESULT: SuiteResult = { outcome: 'passed', scenarios: [], costUsd: 0, leftovers: [] };

test('a report that cannot be written is told, and keeps neither the other nor the result', async () => {
  const dir = await mkdtemp(path.join(tmpdir(), 'reports-'));
  try {
    const notes: string[] = [];
    const context = { out: { note: (text: string) => void notes.push(text) } } as never;
    const [junit, html] = [path.join(dir, 'absent', 'e2e.xml'), path.join(dir, 'e2e.html')];
    expect(await writeReports(context, RESULT, { junit, html })).toBe(false);
    expect(notes).toEqual([expect.stringMatching(/^not written: .*e2e\.xml: .*ENOENT/), `written: ${html}`]);
    expect(await readdir(dir)).toEqual(['e2e.html']);
    expect(await writeReports(context, RESULT, { html })).toBe(true);
  } finally {
    await rm(dir, { recursive: true });
  }
});
