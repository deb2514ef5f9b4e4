import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Key, KNOWN, variableOf } from '../adapters/settings/known';

const root = path.join(__dirname, '..');

function sources(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const file = path.join(dir, name);
    return statSync(file).isDirectory() ? sources(file) : file.endsWith('.ts') ? [file] : [];
  });
}

test('docker-compose.temporal.yml gives the worker only names that the code reads', () => {
  const compose = parse(readFileSync(path.join(root, 'docker-compose.temporal.yml'), 'utf8')) as {
    services: Record<string, { environment?: Record<string, unknown>; build?: string; ports?: string[] }>;
  };
  const worker = compose.services.worker;
  expect(worker?.build).toBe('.');
  const code = [...sources(path.join(root, 'worker')), ...sources(path.join(root, 'adapters/settings'))]
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const settings = new Set((Object.keys(KNOWN) as Key[]).map(variableOf));
  const unknown = Object.keys(worker?.environment ?? {}).filter((name) => !settings.has(name) && !code.includes(name));
  expect(unknown).toEqual([]);
  for (const service of Object.values(compose.services)) {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test('the worker image copies files that exist', () => {
  const dockerfile = readFileSync(path.join(root, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
    (match[1] ?? '').split(' '),
  );
  expect(copied.length).toBeGreaterThan(2);
  for (const file of copied) expect(statSync(path.join(root, file)).isFile() || file === '.').toBe(true);
  expect(dockerfile).toContain('dist/worker/main.js');
});
