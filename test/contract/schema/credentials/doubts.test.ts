import { credentialIn } from '../../../../contract/schema/credentials/looks';
import { MAX_SPEC_BYTES, parseRunSpec } from '../../../../contract/schema/parse';

/** Made when the test runs, so that no scanner of sources takes one for real. */
const of = (length: number, letters = 'aB3dE5gH7j'): string =>
  letters.repeat(Math.ceil(length / letters.length)).slice(0, length);

describe('what is one, and what only begins like it', () => {
  test.each([
    [`npm_${of(36)}`, 'a token'],
    [`pypi-AgEI${of(60)}`, 'a token'],
    [`REPLICATE=r8_${of(37)} python x.py`, 'a token'],
    [`gsk_${of(52)}`, 'a token'],
    [`nvapi-${of(64)}`, 'a token'],
    [`tskey-auth-${of(12)}-${of(32)}`, 'a token'],
    [`glrt-${of(20)}`, 'a GitLab token'],
    [`sk-${of(48)}`, 'an API key'],
    [`sk-ant-api03-${of(90)}-${of(6)}`, 'an API key'],
    [`HF_TOKEN=hf_${'x'.repeat(34)} OTHER=hf_${of(34)}`, 'a Hugging Face token'],
    [`export MY_PASSWORD='${of(20)}'`, 'a secret in a variable'],
    [`docker run -e DB_SECRET=${of(24)} image`, 'a secret in a variable'],
    [`API_KEY=sk_live_${of(24)}`, 'a secret in a variable'],
    [`SECRET_KEY=${of(43)}=; python x.py`, 'a secret in a variable'],
    [`AWS_SECRET_ACCESS_KEY=${of(40, 'aB3/e+')}`, 'an AWS secret key'],
    ['postgresql://me:s3cr3t@db.internal/x', 'an address with a password'],
    ['redis://:s3cr3t@db:6379', 'an address with a password'],
    ['pip install git+https://me:s3cr3t@host/o/r', 'an address with a password'],
    ['postgresql://me:s3cr3t@localhost.example.com/x', 'an address with a password'],
    ['redis://a:a@localhost redis://a:s3cr3t@h', 'an address with a password'],
  ])('%s is %s', (text, what) => {
    expect(credentialIn(text)).toBe(what);
  });

  test.each([
    'python train.py --output_dir outputs/r8_alpha16_lr2e-4_bs32_epochs3_seed42',
    's3://pypi-mirror-internal-production-us-east-1/simple/index.html',
    'outputs/gsk_finetune_llama3_8b_lr2e-4_bs32_epochs3',
    'npm_packages_of_the_whole_installation_2024',
    'outputs/sk-proj-baseline-resnet50-lr-2024-01-02',
    'outputs/glrt-baseline-resnet50-lr2e-4',
    'python train.py model.pad_token=reserved_special_token_0',
    'python train.py +tokenizer.eos_token=reserved_special_token_250 ++model.TOKEN=abcdefghij0123456789',
    'IMAGE_TOKEN=reserved_special_token_5 python x.py',
    `EOS_TOKEN=${of(24)}`,
    `MY_PAD_TOKEN=${of(24)}`,
    'DB_SECRET=prod/training/db-2024',
    'DB_SECRET=arn:aws:secretsmanager:us-east-1:123456789012:secret:abc',
    'TOKEN=secrets/hf_token_v2.txt python x.py',
    'TOKEN=thefirsttokenofthemodel2024.txt',
    'TOKEN=reserved-special-token-250',
    'api_key=configs/key_v2_settings.yaml',
    `python x.py --seed-TOKEN=${of(24)}`,
  ])('%s is the name of something', (text) => {
    expect(credentialIn(text)).toBeUndefined();
  });

  test.each([
    `HF_TOKEN=hf_${'x'.repeat(34)}`,
    `GH=ghp_${'X'.repeat(36)}`,
    `API_KEY=${'x'.repeat(20)}1`,
    `AWS_ACCESS_KEY_ID=AKIA${'X'.repeat(16)}`,
    'AKIAIOSFODNN7EXAMPLE',
    `curl -H "Authorization: Bearer ${'x'.repeat(24)}" https://h/x`,
    'curl -H "Authorization: Bearer YOUR_TOKEN_OF_THE_SERVICE" https://h/x',
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXX',
    'postgresql://%s:%s@%s/db',
    'postgresql://%(user)s:%(password)s@%(host)s/db',
    'postgresql://{}:{}@{}/db',
    'curl "https://h/x?token=your_token_here"',
  ])('%s stands for one', (text) => {
    expect(credentialIn(text)).toBeUndefined();
  });

  test.each([
    'postgresql://me:s3cr3t@localhost/mlflow',
    'redis://:s3cr3t@127.0.0.1:6379',
    'redis://:s3cr3t@[::1]:6379/0',
    'postgresql://mlflow:mlflow@db/mlflow',
    'python x.py --init tcp://10.0.0.1:29500,me@x',
    'curl https://host:8080?to=me@x',
    'docker://pytorch:2.1@sha256:abc',
  ])('%s holds no login, or none that is a secret', (text) => {
    expect(credentialIn(text)).toBeUndefined();
  });
});

describe('a text of 1 MB', () => {
  const parts = [
    ...[
      'a',
      'A_',
      '1',
      '-',
      ' ',
      '\n',
      '=',
      ':',
      '@',
      '://',
      'a://b:',
      'a://b@[',
      'a://b:$@[',
      '?token=a&',
      'TOKEN=',
      'TOKEN=a1',
    ],
    ...[
      'TOKEN',
      'PAD_',
      '-----BEGIN A ',
      'sk-proj-',
      'sk-',
      'glrt-A',
      'eyJaaaaaaaa.x',
      'aws_secret_access_key ',
      'npm_a',
    ],
    ...['authorization ', 'authorization: bearer ', 'wandb login -a ', 'wandb ', 'https://hooks.slack.com/services/ '],
  ];

  test.each(parts)('of %j is read in a time that is linear in its length', (part) => {
    const text = part.repeat(Math.ceil(2 ** 20 / part.length));
    expect(credentialIn(text)).toBeUndefined();
    expect(credentialIn(`${text} hf_${of(34)}`)).toBeDefined();
  });

  test.each(['a', 'a://b:'])('of %j is refused for its size, before it is read', (part) => {
    const bad = parseRunSpec({ command: part.repeat(2 ** 20), setup: 5 }, { instanceTypes: ['m7i.large'] });
    const message = expect.stringMatching(/^the run spec is too large: \d+ bytes, at most \d+ fit/);
    expect(bad).toMatchObject({ ok: false, faults: [{ path: '', message }] });
  });
});

test('what may be small enough is read, and a document that holds itself ends', () => {
  const env: Record<string, unknown> = { A: 'x'.repeat(MAX_SPEC_BYTES / 2) };
  expect(parseRunSpec({ command: 'x', env }, { instanceTypes: ['m7i.large'] })).toMatchObject({ ok: true });
  env.B = env;
  expect(parseRunSpec({ command: 'x', env }, { instanceTypes: ['m7i.large'] })).toMatchObject({
    faults: [{ path: 'env.B' }],
  });
});
