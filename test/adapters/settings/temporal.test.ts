import { loadSettings, SettingsError } from '../../../adapters/settings';
import { parseToml } from '../../../adapters/settings/profile';
import { home, removeHomes, stackState } from './home';

afterEach(removeHomes);

const temporal = (env: NodeJS.ProcessEnv, files: Record<string, string> = {}) =>
  loadSettings({ TRAINCTL_HOME: home(files), ...env }).temporal;

const STACK = { 'stack.json': JSON.stringify(stackState()) };

test('by default it is where Temporal listens by default', () => {
  expect(temporal({})).toEqual({ address: '127.0.0.1:7233', namespace: 'default' });
});

test("the standard names win over the stack, whose UI is then not the server's", () => {
  expect(temporal({ TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'ml' }, STACK)).toEqual({
    address: 'temporal.example:7233',
    namespace: 'ml',
  });
});

test("the stack's own address in the environment is the stack", () => {
  expect(temporal({ TEMPORAL_ADDRESS: '127.0.0.1:7555' }, STACK)).toMatchObject({ uiUrl: 'http://127.0.0.1:8555' });
});

test('keys, certificates and names', () => {
  expect(
    temporal({
      TEMPORAL_ADDRESS: '[::1]:7233',
      TEMPORAL_API_KEY: 'key',
      TEMPORAL_TLS_SERVER_NAME: 'server',
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/ca',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert',
      TEMPORAL_TLS_CLIENT_KEY_PATH: '/key',
      TEMPORAL_UI_URL: 'https://ui',
    }),
  ).toEqual({
    address: '[::1]:7233',
    namespace: 'default',
    apiKey: 'key',
    tls: { serverName: 'server', caPath: '/ca', certPath: '/cert', keyPath: '/key' },
    uiUrl: 'https://ui',
  });
});

test.each([
  ['true', true],
  ['1', true],
  ['false', false],
  ['', undefined],
])('TEMPORAL_TLS=%p', (text, tls) => expect(temporal({ TEMPORAL_TLS: text }).tls).toBe(tls));

test('TEMPORAL_TLS=false turns it off whatever else is set', () => {
  expect(temporal({ TEMPORAL_TLS: 'false', TEMPORAL_TLS_SERVER_NAME: 'x' }).tls).toBe(false);
});

test('what cannot be followed is a fault, never passed over', () => {
  const env = { TEMPORAL_TLS_CLIENT_CERT_DATA: 'x', TEMPORAL_TLS_CLIENT_CERT_PATH: '/cert' };
  expect(() => temporal(env)).toThrow(SettingsError);
  expect(() => temporal(env)).toThrow(
    /CERT_DATA: is not supported[\s\S]*TEMPORAL_TLS_CLIENT_KEY_PATH is not; a client certificate needs both/,
  );
});

describe('a configuration file of Temporal', () => {
  const FILE = `
# comment
[profile.default]
address = "default.example:7233" # where
[profile.prod]
address = 'prod.example:7233'
namespace = "pro\\u0064"
api_key = "k"
[profile.prod.tls]
server_name = "sni"
disabled = false
`;

  test('is read when it is asked for, by profile; variables win', () => {
    const dir = home({ 'temporal.toml': FILE });
    const env = { TEMPORAL_CONFIG_FILE: `${dir}/temporal.toml` };
    expect(temporal(env)).toMatchObject({ address: 'default.example:7233' });
    expect(temporal({ ...env, TEMPORAL_PROFILE: 'prod', TEMPORAL_API_KEY: 'mine' })).toEqual({
      address: 'prod.example:7233',
      namespace: 'prod',
      apiKey: 'mine',
      tls: { serverName: 'sni' },
    });
  });

  test('that is missing, lacks the profile or cannot be read is a fault', () => {
    const dir = home({ 'temporal.toml': FILE, 'odd.toml': '[profile.default]\naddress = """\nx"""\n' });
    expect(() => temporal({ TEMPORAL_CONFIG_FILE: `${dir}/none` })).toThrow(/none: cannot be read/);
    expect(() => temporal({ TEMPORAL_CONFIG_FILE: `${dir}/temporal.toml`, TEMPORAL_PROFILE: 'x' })).toThrow(
      /has no \[profile\.x\]/,
    );
    expect(() => temporal({ TEMPORAL_CONFIG_FILE: `${dir}/odd.toml` })).toThrow(/odd\.toml:2: is not read here/);
  });

  test('parseToml keeps tables apart', () => {
    const tables = parseToml('[a]\nx = 1\n[a."b c"]\ny = true\n', () => undefined);
    expect([...tables]).toEqual([
      ['a', { x: '1' }],
      ['a.b c', { y: 'true' }],
    ]);
  });
});
