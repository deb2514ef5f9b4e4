import path from 'node:path';
import { type Selection, selectFiles } from '../../../adapters/snapshot';
import { isCredential } from '../../../adapters/snapshot/credentials/by-shape';
import { folder, removeFolders, type Tree } from './folder';

afterEach(removeFolders);

const PEM = `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEA'.repeat(3)}\n-----END OPENSSH PRIVATE KEY-----\n`;
const SECRETS: Tree = {
  '.ssh/config': 'x',
  '.aws/credentials': 'x',
  '.kube/config': 'x',
  '.docker/config.json': '{}',
  '.config/gcloud/a/b': 'x',
  '.netrc': 'x',
  '.pypirc': 'x',
  '.git-credentials': 'x',
  '.env': 'x',
  '.env.production': 'x',
  'deep/.env.local': 'x',
  'deep/id_ed25519': 'x',
  'deep/.aws/credentials': 'x',
  '.npmrc': '//registry.npmjs.org/:_authToken=npm_0123456789\n',
  'deploy-key': PEM,
  'server.pem': `-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n${PEM}`,
  'robot.json': '{ "type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----" }',
  '.bash_history': 'x',
};
const HARMLESS: Tree = {
  '.env.example': 'KEY=',
  '.docker/readme': 'x',
  'cert.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  'data.json': '{ "type": "account" }',
  'env.py': 'x',
  'test_keys.py': `KEY = """\n${PEM}"""`,
  'sub/.npmrc': `//registry.npmjs.org/:_authToken=$\{NPM_TOKEN}\n`,
  'tokens.txt': 'a list of tokens for a language model, which are words',
};
const SAID = [
  '.aws/',
  '.bash_history',
  '.config/gcloud/',
  '.docker/config.json',
  '.env',
  '.env.production',
  '.git-credentials',
  '.kube/',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.ssh/',
  'deep/.aws/',
  'deep/.env.local',
  'deep/id_ed25519',
  'deploy-key',
  'robot.json',
  'server.pem',
];
const sent = (selection: Selection): string[] => selection.files.map((file) => file.path).sort();

describe('credentials', () => {
  test('stay behind, by name and by shape, and are named; what only speaks of them goes', async () => {
    const selection = await selectFiles(folder({ ...SECRETS, ...HARMLESS }).dir);
    expect(selection.credentials).toEqual(SAID);
    expect(sent(selection)).toEqual(Object.keys(HARMLESS).sort());
  });

  test('stay behind in a git work tree too, tracked or not', async () => {
    const repo = folder({ ...SECRETS, ...HARMLESS }).commit();
    repo.write({ 'new/.netrc': 'x' });
    const selection = await selectFiles(repo.dir);
    expect(selection.credentials).toEqual([...SAID, 'new/.netrc'].sort());
    expect(sent(selection)).toEqual(Object.keys(HARMLESS).sort());
  });

  test.each(['folder', 'git'])('are sent when .trainctlignore says so by name (%s)', async (source) => {
    const ask = '!.aws/\n!/.env\n!deploy-key\n!*.json\n';
    const made = folder({ ...SECRETS, '.trainctlignore': ask });
    if (source === 'git') made.commit();
    const selection = await selectFiles(made.dir);
    expect(sent(selection)).toEqual(
      [
        ['.aws/credentials', '.docker/config.json', '.env', '.trainctlignore', 'deep/.aws/credentials', 'deploy-key'],
        ['robot.json'],
      ].flat(),
    );
    expect(selection.credentials).not.toContain('.aws/');
    expect(selection.credentials).toContain('.netrc');
  });

  test('are not sent by a wildcard alone, nor by a rule for a folder around them that git ignores', async () => {
    const { dir } = folder({ ...SECRETS, '.trainctlignore': '!*\n!**\n!*/\n' });
    expect(sent(await selectFiles(dir))).toEqual(['.trainctlignore']);
    const repo = folder({ '.gitignore': 'data/\n', '.trainctlignore': '!data/\n' }).commit();
    repo.write({ 'data/a.csv': 'x', 'data/key': PEM });
    const selection = await selectFiles(repo.dir);
    expect(sent(selection)).toEqual(['.gitignore', '.trainctlignore', 'data/a.csv']);
    expect(selection.credentials).toEqual(['data/key']);
  });

  test('that other rules leave out anyway are not spoken of', async () => {
    const { dir } = folder({ '.gitignore': '.env\n', '.env': 'x', '.trainctlignore': 'key\n', key: PEM, a: 'x' });
    expect((await selectFiles(dir)).credentials).toEqual([]);
  });

  test('that have been published go with a commit', async () => {
    const { dir } = folder({ '.env': 'x', key: PEM });
    expect(sent(await selectFiles(dir, { credentials: 'taken' }))).toEqual(['.env', 'key']);
  });

  test('are found in sub-folders of a repository', async () => {
    const repo = folder({ 'sub/.aws/credentials': 'x', 'sub/a.py': 'x' }).commit();
    const selection = await selectFiles(path.join(repo.dir, 'sub'));
    expect([sent(selection), selection.credentials]).toEqual([['a.py'], ['.aws/']]);
  });
});

describe('the shape of a credential', () => {
  const KEY = `${'aB3/e+'.repeat(6)}gH7j`;

  test.each([
    ['k', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n'],
    ['k', '-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nAAAA\r\n'],
    ['k', '-----BEGIN EC PARAMETERS-----\nBg==\n-----END EC PARAMETERS-----\n-----BEGIN EC PRIVATE KEY-----\n'],
    ['k', 'Bag Attributes\n    localKeyID: 54\nKey Attributes: <No Attributes>\n-----BEGIN PRIVATE KEY-----\n'],
    ['k', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n'],
    ['k', 'PuTTY-User-Key-File-3: ssh-ed25519\n'],
    ['k', '# created: 2026-01-01\nAGE-SECRET-KEY-1QQQ\n'],
    ['c', `[default]\naws_access_key_id = AKIA\naws_secret_access_key = ${KEY}\n`],
    ['c', `aws_access_key_id = AKIA\n  AWS_SECRET_ACCESS_KEY="${KEY}"\n`],
    ['openai', `sk-${'aB3'.repeat(16)}\n`],
    ['openai', `sk-proj-${'aB3'.repeat(16)}_x-y\n`],
    ['pypi', `pypi-AgEI${'cHlwaS5vcmc'.repeat(4)}\n`],
    ['.npmrc', '//registry.npmjs.org/:_authToken=\n//other/:_authToken=abc\n'],
    ['hf', `hf_${'aB3'.repeat(8)}\n`],
    ['prod.env', `# of ours\nA=1\nexport GH_TOKEN="ghp_${'aB3'.repeat(12)}"\n`],
    ['keys.csv', 'Access key ID,Secret access key\nAKIA,abc\n'],
    ['adc.json', '{"type": "authorized_user", "refresh_token": "1//x"}'],
    ['c.json', '{"installed":{"client_id":"x","client_secret":"y"}}'],
    ['token.json', '{"token": "ya29", "refresh_token": "1//x", "client_secret": "y"}'],
    ['c.json', '{"auths": {"ghcr.io": {"auth": "dTpw"}}}'],
    ['kubeconfig', 'apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: abc\n'],
    ['netrc', 'machine api.wandb.ai\n  login user\n  password abc\n'],
    ['store', 'https://me:secret@github.com\n'],
    ['.yarnrc.yml', 'npmAuthToken: "npm_abc"\n'],
    ['pip.conf', '[global]\nindex-url = https://me:secret@example.com/simple\n'],
  ])('%s: %j', (name, text) => expect(isCredential(name, text)).toBe(true));

  test.each([
    ['k.pub', 'ssh-ed25519 AAAA me@host\n'],
    ['k', '-----BEGIN PUBLIC KEY-----\nAAAA\n'],
    ['README', 'A key begins with\n-----BEGIN PRIVATE KEY-----\n'],
    ['c.json', '{"auths": {"ghcr.io": {}}, "credsStore": "x"}'],
    ['c.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  token: abc\n'],
    ['config.ini', '[aws]\nregion = us-east-1\n'],
    ['urls', 'https://example.com/a\nhttps://example.com/b\n'],
    ['.npmrc', 'registry=https://registry.npmjs.org/\n'],
    ['pip.conf', '[global]\nindex-url = https://example.com/simple\n'],
    ['vocab', 'hf_abc\nhf_abcdefghijklmnopqrstuvwxyz is a token\n'],
    ['prod.env', 'A=1\nMODEL=sk-learn\n'],
    ['empty', '   \n'],
    ['run', 'sk-resnet50-baseline-lr-2024-01-02\n'],
    ['run', 'sk-proj-resnet50-baseline-lr-2024-01-02\n'],
    ['bucket', 'pypi-mirror-internal-production-us-east-1\n'],
    ['c.ini', '[default]\naws_access_key_id =\naws_secret_access_key =\nregion_of_the_installation_is_us_east_1 = x\n'],
    ['c.ini', `[default]\naws_secret_access_key =\n${KEY}\n`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template's
    ['c.ini', '[default]\naws_secret_access_key = ${AWS_SECRET_ACCESS_KEY_OF_THE_INSTALLATION}\n'],
    ['c.ini', '[default]\naws_secret_access_key = <yours>\n'],
    ['c.ini', `[default]\naws_secret_access_key = ${'X'.repeat(40)}\n`],
    ['kubeconfig', 'apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token:\n    username: abc\n'],
    ['kubeconfig', 'apiVersion: v1\nkind: Config\nusers:\n- name: a\n  user:\n    token: <yours>\n'],
    ['.npmrc', '//registry.npmjs.org/:_authToken=\nregistry=https://registry.npmjs.org/\n'],
  ])('not %s: %j', (name, text) => expect(isCredential(name, text)).toBe(false));
});
