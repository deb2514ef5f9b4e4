import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explain } from '../../../client/cli/shared/explain';
import { serverHint, temporalUnavailable } from '../../../client/connection/server-words';

const root = mkdtempSync(path.join(os.tmpdir(), 'trainctl-words-'));
afterAll(() => rmSync(root, { recursive: true }));
const home = path.join(root, 'home');
mkdirSync(home);
const texts = { namespace: 'default', uiUrl: 'http://127.0.0.1:8233', version: '1' };
const cloud = {
  url: 'http://127.0.0.1:4510',
  dir: 'd',
  region: 'r',
  bucket: 'b',
  accessKeyId: 'k',
  secretAccessKey: 's',
  user: 'u',
};
writeFileSync(
  path.join(home, 'stack.json'),
  JSON.stringify({ version: 1, temporal: { ...texts, address: '127.0.0.1:7233' }, cloud, worker: null }),
);
const at = (address: string, of: 'local' | 'aws' = 'local', where = home) =>
  serverHint({ temporal: { address, namespace: 'default' }, cloud: of, home: where });

test('the server of the stack is brought back by the stack, one of one’s own where it runs', () => {
  expect(at('127.0.0.1:7233')).toContain('trainctl stack up --detach');
  expect(at('127.0.0.1:7300')).toMatch(
    /^start the server at 127.0.0.1:7300 again .*take TEMPORAL_ADDRESS away.*:7233$/,
  );
  expect(at('127.0.0.1:7300')).not.toContain('stack up');
  expect(at('temporal.example:7233')).toMatch(/^check the server at temporal.example:7233 and its TLS settings/);
  expect(at('127.0.0.1:7233', 'aws')).toMatch(/^start the server at 127.0.0.1:7233 again/);
  expect(at('127.0.0.1:7233', 'aws')).not.toContain('stack');
  expect(at('127.0.0.1:7300', 'local', path.join(root, 'none'))).toBe('trainctl stack up --detach');
});

const grpc = (code: number, details: string): Error =>
  Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
const sdk = Object.assign(new Error('Namespace not found: "elsewhere"'), {
  name: 'NamespaceNotFoundError',
  namespace: 'elsewhere',
});
const env = { TRAINCTL_HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:7300', TEMPORAL_NAMESPACE: 'elsewhere' };

test.each([
  ['the SDK says so', sdk],
  ['gRPC says so', grpc(5, 'Namespace elsewhere is not found.')],
  ['it is the cause', new Error('Failed to list', { cause: grpc(5, 'Namespace elsewhere is not found.') })],
])('a namespace that is missing is named, with the command that makes it: %s', (_, error) => {
  const told = temporalUnavailable(
    { temporal: { address: '127.0.0.1:7300', namespace: 'elsewhere' }, cloud: 'local', home },
    error,
  );
  const words = {
    code: 'unavailable',
    message: 'Temporal at 127.0.0.1:7300 has no namespace "elsewhere"',
    next: expect.stringContaining('temporal operator namespace create --address 127.0.0.1:7300 --namespace elsewhere'),
    exitCode: 3,
  };
  expect(told).toMatchObject(words);
  expect(explain(error, env)).toMatchObject(words);
});

test('a run that is not found is no namespace that is missing', () => {
  expect(explain(grpc(14, 'connect ECONNREFUSED'), env).next).toMatch(/^start the server at 127.0.0.1:7300 again/);
  expect(explain(grpc(5, 'workflow not found'), env).message).not.toContain('namespace');
});
