import { secretLike, secretWarnings } from '../../../../client/cli/launch/secret-like';

it.each([
  ['HF_TOKEN', 'x'],
  ['WANDB_API_KEY', '0123456789'],
  ['DB_PASSWORD', 'hunter2'],
  ['password', 'hunter2'],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI'],
  ['AWS_ACCESS_KEY_ID', 'other'],
  ['CLIENT_SECRET', 's3cr3t'],
  ['X', 'AKIAIOSFODNN7EXAMPLE'],
  ['X', 'hf_abcdefghijklmnopqrstuvwxyz'],
  ['X', 'ghp_0123456789abcdefghij0123456789abcdef'],
  ['X', 'sk-proj-0123456789abcdefghij'],
  ['DATABASE', 'postgres://me:hunter2@db/train'],
  ['X', '-----BEGIN OPENSSH PRIVATE KEY-----\nabc'],
])('%s=%s is taken for a secret', (name, value) => {
  expect(secretLike(name, value)).toBeDefined();
});

it.each([
  ['LR', '1e-4'],
  ['TOKENIZERS_PARALLELISM', 'false'],
  ['MAX_TOKENS', '4096'],
  ['PAD_TOKEN', '<pad>'],
  ['USE_AUTH', 'true'],
  ['SORT_KEY', 'date'],
  ['HF_TOKEN', ''],
  ['GOOGLE_CREDENTIALS', '/run/secrets/key.json'],
  ['MONKEY', 'x'],
  ['MODEL', 'sk-learn'],
  ['WEIGHTS', 's3://bucket/key/'],
])('%s=%s is not', (name, value) => {
  expect(secretLike(name, value)).toBeUndefined();
});

it('warns by name, with what to do instead, and never says a value', () => {
  const [warning, ...more] = secretWarnings({ env: { HF_TOKEN: 'hf_abcdefghijklmnopqrstuvwxyz', LR: '1' } });
  expect(more).toEqual([]);
  expect(warning).toContain('env.HF_TOKEN');
  expect(warning).toContain('secrets: [HF_TOKEN]');
  expect(warning).not.toContain('hf_');
});
