import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseEnvOption, readEnvFile } from '../../../../client/cli/launch/env-option';
import { applySet } from '../../../../client/cli/launch/set-option';

const set = (document: Record<string, unknown>, ...assignments: string[]): Record<string, unknown> => {
  for (const assignment of assignments) applySet(document, assignment);
  return document;
};

describe('--set', () => {
  it('sets values of every kind, making what is missing on the way', () => {
    expect(
      set({}, 'limits.maxDuration=4h', 'retry.failures=2', 'resources.zones=[a, b]', 'inputs[0].to=data/', 'name=x=y'),
    ).toEqual({
      limits: { maxDuration: '4h' },
      retry: { failures: 2 },
      resources: { zones: ['a', 'b'] },
      inputs: [{ to: 'data/' }],
      name: 'x=y',
    });
  });

  it('removes with null, and keeps empty text', () => {
    expect(set({ limits: { maxCostUsd: 5 } }, 'limits.maxCostUsd=null', 'env.A=')).toEqual({
      limits: {},
      env: { A: '' },
    });
  });

  it.each(['novalue', '=x', 'a..b=1', 'a b=1', '__proto__.x=1', 'a.constructor.x=1', 'a={', 'a[x]=1'])(
    'refuses %s',
    (assignment) => {
      expect(() => set({}, assignment)).toThrow(`--set ${assignment}`);
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    },
  );

  it('refuses to look into a plain value, and to take a list for a mapping', () => {
    expect(() => set({ name: 'x' }, 'name.y=1')).toThrow('name is a plain value');
    expect(() => set({ inputs: [] }, 'inputs.to=1')).toThrow('inputs is a list');
    expect(() => set({ env: {} }, 'env[0]=1')).toThrow('env is no list');
  });
});

describe('--env', () => {
  it('takes values, and those of the shell', () => {
    expect(parseEnvOption('A=b=c', {})).toEqual(['A', 'b=c']);
    expect(parseEnvOption('A', { A: 'x' })).toEqual(['A', 'x']);
    expect(() => parseEnvOption('A', {})).toThrow('this shell has no A');
    expect(() => parseEnvOption('1A=x', {})).toThrow('cannot name a variable');
  });
});

describe('--env-file', () => {
  let dir: string;
  const file = (text: string): string => {
    const full = path.join(dir, '.env');
    writeFileSync(full, text);
    return full;
  };
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'trainctl-env-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('reads what dotenv files hold', () => {
    const text = `# a comment\r\nA=1\nexport B = "two\\nlines" # why\nC='as $is'\nD=x # comment\nE=a#b\nF=\n\n`;
    expect(readEnvFile(file(text))).toEqual({ A: '1', B: 'two\nlines', C: 'as $is', D: 'x', E: 'a#b', F: '' });
  });

  it('names the line that is none, and the file that is not there', () => {
    expect(() => readEnvFile(file('A=1\nnonsense'))).toThrow('line 2 is not KEY=VALUE');
    expect(() => readEnvFile(path.join(dir, 'none'))).toThrow('ENOENT');
  });
});
