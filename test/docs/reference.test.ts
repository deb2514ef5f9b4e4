import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { SEARCH_ATTRIBUTES } from '../../contract';

test('the reference page is what the sources say', () => {
  const script = path.join(__dirname, '../../scripts/reference.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

test('the bookmark for the Temporal UI sets columns that there are, of the namespace that is looked at', () => {
  const page = readFileSync(path.join(__dirname, '../../docs/start-from-the-temporal-ui.md'), 'utf8');
  const bookmark = /^javascript:(.*)$/m.exec(page)?.[1] ?? '';
  const key = 'namespace-workflow-table-columns';
  const kept = new Map([[key, '{"other":[{"label":"Status"}]}']]);
  const went: string[] = [];
  vm.runInNewContext(bookmark, {
    location: { pathname: '/namespaces/my%20space/workflows/x', assign: (to: string) => went.push(to) },
    localStorage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => kept.set(name, value),
    },
  });
  const set = JSON.parse(kept.get(key) ?? '') as Record<string, { label: string }[]>;
  expect(set.other).toEqual([{ label: 'Status' }]);
  const known = ['Status', 'Workflow ID', 'Start', 'End', ...Object.keys(SEARCH_ATTRIBUTES)];
  const labels = set['my space']?.map(({ label }) => label) ?? [];
  expect(labels).toContain('TrainctlCostUsd');
  expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  expect(went).toEqual([expect.stringMatching(/^\/namespaces\/my%20space\/workflows\?query=WorkflowType%20%3D/)]);
});
