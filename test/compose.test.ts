import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { type Key, KNOWN, variableOf } from '../adapters/settings/known';
import { TEMPORAL_SERVER_VERSION } from '../local/stack/binaries/versions';
import { readEnvironment } from '../worker/environment';

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

interface Service {
  image?: string;
  restart?: string;
  depends_on?: Record<string, { condition: string }>;
  environment?: Record<string, unknown>;
  ports?: string[];
  command?: string[];
  healthcheck?: object;
}

const services = (): Record<string, Service> =>
  (parse(readFileSync(path.join(root, 'docker-compose.temporal.yml'), 'utf8')) as { services: Record<string, Service> })
    .services;

test('Temporal comes in the versions that are tested, from images that are kept up', () => {
  const images = Object.values(services()).flatMap(({ image }) => image ?? []);
  const ours = images.filter((image) => image.startsWith('temporalio/'));
  expect(new Set(ours)).toEqual(
    new Set([
      `temporalio/server:${TEMPORAL_SERVER_VERSION}`,
      `temporalio/admin-tools:${TEMPORAL_SERVER_VERSION}`,
      'temporalio/ui:2.50.1',
    ]),
  );
});

test('every service comes back, and none starts before what it needs', () => {
  const all = services();
  for (const [name, { restart, depends_on: needs = {} }] of Object.entries(all)) {
    const once = Object.values(all).some(
      (other) => other.depends_on?.[name]?.condition === 'service_completed_successfully',
    );
    expect([name, restart]).toEqual([name, once ? expect.stringMatching(/^on-failure:\d+$/) : 'unless-stopped']);
    for (const [needed, { condition }] of Object.entries(needs)) {
      expect(Object.keys(all)).toContain(needed);
      if (condition === 'service_healthy') expect(all[needed]?.healthcheck).toBeDefined();
    }
  }
});

test('runs that have ended are kept for as long as is said, and the worker is reached from its machine', () => {
  const { namespace, worker } = services();
  expect(namespace?.environment?.RETENTION).toMatch(/^\$\{TEMPORAL_RETENTION:-30d\}$/);
  expect(namespace?.command?.join()).toMatch(/namespace update --retention "\$\$RETENTION"/);
  const { environment: env = {}, ports } = worker ?? {};
  expect(
    readEnvironment(Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]))),
  ).toEqual({
    healthPort: 9090,
    metricsPort: 9091,
    door: { address: '0.0.0.0', hosts: ['worker'] },
    logLevel: 'info',
  });
  expect(ports).toEqual(['127.0.0.1:9090:9090', '127.0.0.1:9091:9091']);
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
