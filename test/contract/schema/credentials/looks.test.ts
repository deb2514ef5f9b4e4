import { gitUrlFault } from '../../../../contract/schema/credentials/git-url';
import { credentialIn } from '../../../../contract/schema/credentials/looks';
import { parseRunSpec } from '../../../../contract/schema/parse';

/** Made when the test runs, so that no scanner of sources takes one for real. */
const of = (length: number, letters = 'aB3dE5gH7j'): string =>
  letters.repeat(Math.ceil(length / letters.length)).slice(0, length);
const HEX = of(40, '0123456789abcdef');
const TOKENS = {
  'a private key': `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----`,
  'an AWS access key': `AKIA${of(16, 'ABCDEF12')}`,
  'an AWS secret key': `AWS_SECRET_ACCESS_KEY=${of(40)}`,
  'a GitHub token': `ghp_${of(36)}`,
  'a GitLab token': `glpat-${of(20)}`,
  'a Hugging Face token': `hf_${of(34, 'abcdefghij')}`,
  'an API key': `sk-proj-${of(40)}`,
  'a Slack token': `xoxb-${of(40)}`,
  'a Google API key': `AIza${of(35)}`,
  'a token': `npm_${of(36)}`,
  'a JSON web token': `eyJ${of(20)}.eyJ${of(20)}.${of(20)}`,
  'a header that logs in': `curl -H "Authorization: Bearer ${of(20)}" https://h/x`,
  'a Weights & Biases key': `wandb login --relogin ${HEX}`,
  'a secret in a variable': `WANDB_API_KEY=${HEX} python train.py`,
  'an address with a password': `pip install --index-url https://me:${of(10)}@h/simple x`,
  'an address with a token': `curl 'https://h/x?a=1&private_token=${of(20)}'`,
};

test.each(Object.entries(TOKENS))('%s is known by its looks, and refused wherever a spec stores it', (what, text) => {
  expect(credentialIn(text)).toBe(what);
  const spec = {
    command: text,
    name: 'x',
    code: { none: true },
    setup: [text],
    secrets: ['HF_TOKEN'],
    checkpoints: { dir: `ckpt/${text}` },
    inputs: [{ from: `s3://bucket/${text}`, to: 'data/' }],
  };
  const read = parseRunSpec(spec, { instanceTypes: ['m7i.large'] });
  if (read.ok) throw new Error('it was accepted');
  const places = read.faults.filter(({ message }) => message.includes(`looks like ${what}`)).map(({ path }) => path);
  expect(places).toEqual(expect.arrayContaining(['command', 'setup[0]', 'checkpoints.dir', 'inputs[0].from']));
  // Nor is it in what is said of that by the rule itself.
  for (const { message } of read.faults.filter(({ message }) => message.includes('looks like')))
    expect(message).not.toContain(text);
});

test.each([
  'python train.py --config configs/sk-resnet50-large-2.yaml --lr 1e-4',
  `git checkout ${HEX}`,
  'HF_TOKEN=$HF_TOKEN python train.py',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
  'HF_TOKEN="${HF_TOKEN:?no token}" python train.py',
  'export TOKEN=/run/secrets/token_2_of_the_run',
  'MAX_TOKEN=4096 PAD_TOKEN=pad_token_of_the_model python x.py',
  'pip install --index-url https://me:$TOKEN@h/simple x',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell's
  'pip install --index-url https://${USER}:${PASSWORD}@h/simple x',
  'curl "https://h/x?token=$TOKEN&page=2"',
  'torchrun --rdzv-endpoint=localhost:29500 --nproc_per_node=8 train.py',
  'git clone git@github.com:o/r && ssh user@host:22',
  'python -c "print(\'Authorization: Bearer <token>\')"',
  's3://bucket/AKIA/hf_hub/models--org--name/snapshots/abcdef',
  'docker://user:tag',
])('%j is taken for no credential', (text) => {
  expect(credentialIn(text)).toBeUndefined();
});

test('variables may hold anything, and public keys have rules of their own', () => {
  const spec = { command: 'x', code: { none: true }, env: { HF_TOKEN: TOKENS['a Hugging Face token'] } };
  expect(parseRunSpec(spec, { instanceTypes: ['m7i.large'] })).toMatchObject({ ok: true });
});

describe('the address of a repository', () => {
  const ref = 'a'.repeat(40);
  const fault = (git: string): string | undefined => {
    const read = parseRunSpec({ command: 'x', code: { git, ref } }, { instanceTypes: ['m7i.large'] });
    return read.ok ? undefined : read.faults.map(({ path, message }) => `${path}: ${message}`).join('; ');
  };

  it.each([
    'https://github.com/o/r',
    'https://github.com/o/r.git',
    'https://host:8443/o/r',
    'ssh://git@host/o/r',
    'ssh://host:2222/o/r',
    'git@github.com:o/r.git',
    'me-and-you@host:path',
    'https://alice@bitbucket.org/team/repo.git',
    'https://my-organisation@dev.azure.com/my-organisation/project/_git/repo',
    'https://oauth2@host/o/r',
  ])('%s will do', (url) => {
    expect(fault(url)).toBeUndefined();
  });

  it.each([
    [`https://${of(40)}@github.com/o/r`, 'a user, which may be a token'],
    [`https://${of(20)}@bitbucket.org/o/r`, 'leave out what stands before the @'],
    [`https://${TOKENS['a GitHub token']}@github.com/o/r`, 'a user, which may be a token'],
    ['https://alice:alice@bitbucket.org/o/r', 'holds a password'],
    ['http://alice@host/o/r', 'workers fetch no code by http'],
    [`https://x-access-token:${of(20)}@github.com/o/r`, 'holds a password'],
    ['https://:secret@github.com/o/r', 'holds a password'],
    ['ssh://git:secret@host/o/r', 'holds a password'],
    ['ssh://git%3Asecret@host/o/r', 'holds a password'],
    ['https://me%3asecret@host/o/r', 'holds a password'],
    ['https://host/o/r?access_token=short', 'holds a value of access_token'],
    ['https://host/o/r.git?a=b&job-token=x1', 'holds a value of job-token'],
    ['https://host/o/r#oauth_token=x', 'holds a value of oauth_token'],
    ['ssh://git@host/o/r?password=x', 'holds a value of password'],
    ['git@host:o/r?private_token=x', 'holds a value of private_token'],
    [`https://host/o/r?private_token=${of(20)}`, 'an address with a token'],
    [`${TOKENS['a GitHub token']}@github.com:o/r`, 'a GitHub token'],
    ['http://host/o/r', 'workers fetch no code by http'],
    [`http://${of(40)}@host/o/r`, 'a user, which may be a token'],
    ['git://host/o/r', 'must be an https:// or ssh:// URL'],
    ['https://host', 'must be an https:// or ssh:// URL'],
    ['https://', 'must be an https:// or ssh:// URL'],
    ['-oProxyCommand@host:x', 'must be an https:// or ssh:// URL'],
    ['/srv/repo', 'must be an https:// or ssh:// URL'],
  ])('%s will not, and is not repeated', (url, words) => {
    expect(fault(url)).toContain(words);
    expect(fault(url)).not.toContain(of(20));
    expect(gitUrlFault(url)).toBeDefined();
  });
});
