import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadSecret, makeSecret, readSecret, saveSecret } from '../../../adapters/settings';
import { home, removeHomes } from './home';

afterEach(removeHomes);

test('is made on purpose alone: 32 bytes, for its owner alone, the same ever after', () => {
  const dir = path.join(home(), 'not', 'there', 'yet');
  expect(loadSecret({ home: dir }, {})).toBeUndefined();
  expect(existsSync(dir)).toBe(false);
  const secret = makeSecret({ home: dir });
  expect(secret).toHaveLength(32);
  expect(statSync(path.join(dir, 'secret')).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o077).toBe(0);
  expect(readdirSync(dir)).toEqual(['secret']);
  expect(loadSecret({ home: dir }, {})).toEqual(secret);
  expect(makeSecret({ home: dir })).toEqual(secret);
  expect(makeSecret({ home: home() })).not.toEqual(secret);
});

test('can be carried to another home as the text of its file, and replaces none that is there', () => {
  const [one, other] = [home(), home()];
  const secret = makeSecret({ home: one });
  const text = readFileSync(path.join(one, 'secret'));
  expect(text.toString()).toBe(`${secret.toString('hex')}\n`);
  expect(saveSecret({ home: other }, readSecret(text) ?? Buffer.alloc(0))).toEqual(secret);
  expect(saveSecret({ home: other }, Buffer.alloc(32))).toEqual(secret);
  expect(readSecret(Buffer.from('no secret'))).toBeUndefined();
});

test('of many processes that need it at once, all get the same', async () => {
  const dir = home();
  const source = path.resolve(__dirname, '../../../adapters/settings/secret.ts');
  const script = `
    const { makeSecret } = require(${JSON.stringify(source)});
    process.stdout.write(makeSecret({ home: ${JSON.stringify(dir)} }).toString('hex'));
  `;
  const root = path.resolve(__dirname, '../../..');
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      promisify(execFile)(process.execPath, ['-r', './test/support/register.js', '-e', script], { cwd: root }),
    ),
  );
  expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  expect(answers[0]?.stdout).toBe(readFileSync(path.join(dir, 'secret'), 'utf8').trim());
  expect(readdirSync(dir)).toEqual(['secret']);
});

test('a home whose secret others can read is refused, with the remedy', () => {
  const dir = home();
  makeSecret({ home: dir });
  chmodSync(path.join(dir, 'secret'), 0o644);
  expect(() => loadSecret({ home: dir }, {})).toThrow(/can be read by others.*chmod 600/);
});

test.each([[''], ['short'], ['x'.repeat(33)], ['g'.repeat(64)]])('what is not whole is refused: %p', (text) => {
  const dir = home();
  writeFileSync(path.join(dir, 'secret'), text, { mode: 0o600 });
  expect(() => loadSecret({ home: dir }, {})).toThrow(/must hold 32 bytes or 64 hex digits/);
});

describe('TRAINCTL_SECRET_FILE', () => {
  test('wins, in bytes or in hex, and may be mounted readable', () => {
    const dir = home();
    const hex = '0123456789abcdef'.repeat(4);
    writeFileSync(path.join(dir, 'hex'), `${hex}\n`, { mode: 0o644 });
    writeFileSync(path.join(dir, 'raw'), Buffer.from(hex, 'hex'));
    for (const name of ['hex', 'raw']) {
      expect(loadSecret({ home: dir }, { TRAINCTL_SECRET_FILE: path.join(dir, name) })?.toString('hex')).toBe(hex);
    }
    expect(existsSync(path.join(dir, 'secret'))).toBe(false);
  });

  test('is never made up', () => {
    const dir = home();
    expect(() => loadSecret({ home: dir }, { TRAINCTL_SECRET_FILE: path.join(dir, 'none') })).toThrow(/ENOENT/);
    mkdirSync(path.join(dir, 'folder'));
    expect(() => loadSecret({ home: dir }, { TRAINCTL_SECRET_FILE: path.join(dir, 'folder') })).toThrow();
  });
});
