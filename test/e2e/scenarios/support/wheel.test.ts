import { createHash } from 'node:crypto';
import { wheel } from '../../../../e2e/scenarios/support/wheel';
import { zip } from '../../../../e2e/scenarios/support/zip';

/** The files of a zip, as its directory and their entries have them. */
function unzip(body: Buffer): Record<string, { text: string; crc: number }> {
  const end = body.length - 22;
  expect(body.subarray(end, end + 4).toString('latin1')).toBe('PK\x05\x06');
  const files: Record<string, { text: string; crc: number }> = {};
  let at = body.readUInt32LE(end + 16);
  for (let left = body.readUInt16LE(end + 10); left > 0; left--) {
    expect(body.subarray(at, at + 4).toString('latin1')).toBe('PK\x01\x02');
    const [size, length] = [body.readUInt32LE(at + 24), body.readUInt16LE(at + 28)];
    const name = body.subarray(at + 46, at + 46 + length);
    const entry = body.readUInt32LE(at + 42);
    expect(body.subarray(entry, entry + 4).toString('latin1')).toBe('PK\x03\x04');
    expect(body.subarray(entry + 30, entry + 30 + length)).toEqual(name);
    const text = body.subarray(entry + 30 + length, entry + 30 + length + size).toString('utf8');
    files[name.toString('utf8')] = { text, crc: body.readUInt32LE(at + 16) };
    at += 46 + length;
  }
  expect(at).toBe(end);
  return files;
}

test('a zip has its files, with the checksum that every CRC-32 is known by', () => {
  expect(unzip(zip({ 'check.txt': '123456789', 'ü/empty': '' }))).toEqual({
    'check.txt': { text: '123456789', crc: 0xcbf43926 },
    'ü/empty': { text: '', crc: 0 },
  });
});

test('a wheel is what pip and uv install: its name, what it says of itself, and a hash of each file', () => {
  const made = wheel('a_package', '1.2', 'VERSION = "1.2"\n');
  expect(made).toMatchObject({ file: 'a_package-1.2-py3-none-any.whl', version: '1.2' });
  expect(made.sha256).toBe(createHash('sha256').update(made.body).digest('hex'));
  const files = unzip(made.body);
  expect(Object.keys(files)).toEqual([
    'a_package.py',
    ...['METADATA', 'WHEEL', 'RECORD'].map((name) => `a_package-1.2.dist-info/${name}`),
  ]);
  expect(files['a_package-1.2.dist-info/METADATA']?.text).toContain('Name: a-package\nVersion: 1.2\n');
  const hash = createHash('sha256').update('VERSION = "1.2"\n').digest('base64url');
  const record = files['a_package-1.2.dist-info/RECORD']?.text ?? '';
  expect(record.split('\n')).toEqual(
    expect.arrayContaining([`a_package.py,sha256=${hash},16`, 'a_package-1.2.dist-info/RECORD,,']),
  );
});
