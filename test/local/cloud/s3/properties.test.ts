import fc from 'fast-check';
import { decodeChunks } from '../../../../local/cloud/s3/body/aws-chunked';
import { readForm } from '../../../../local/cloud/s3/body/form-data';
import { compareKeys } from '../../../../local/cloud/s3/keys';
import { type ListOptions, listPage } from '../../../../local/cloud/s3/listing';
import { parseRange } from '../../../../local/cloud/s3/ranges';
import type { Bucket, StoredObject } from '../../../../local/cloud/s3/store';
import { SortedKeys } from '../../../../local/cloud/s3/store/sorted-keys';
import { resultXml } from '../../../../local/cloud/s3/xml';
import { parseXml } from '../../../../local/cloud/s3/xml-parse';

/** The same bytes in pieces of any sizes. */
async function* split(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });

test('keys compare as their UTF-8 bytes do', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 6 });
  fc.assert(
    fc.property(key, key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  );
});

describe('listings', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '～', '😀'), minLength: 1, maxLength: 6 });
  const bucketOf = (names: readonly string[]): Bucket => {
    const keys = new SortedKeys();
    for (const name of names) keys.add(name);
    return { keys, get: (name: string) => ({ key: name }) as StoredObject } as unknown as Bucket;
  };
  /** Every entry in order, the slow way. */
  const naive = (names: readonly string[], prefix: string, delimiter: string): string[] => {
    const entries = [...new Set(names)]
      .filter((name) => name.startsWith(prefix))
      .map((name) => {
        const cut = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
        return cut < 0 ? name : name.slice(0, cut + delimiter.length);
      });
    return [...new Set(entries)].sort(compareKeys);
  };

  test('pages of any size, joined, are the whole listing, each entry once', () => {
    const arbitrary = fc.record({
      names: fc.array(key, { maxLength: 30 }),
      prefix: fc.constantFrom('', 'a', 'a/', '/', 'b-'),
      delimiter: fc.constantFrom('', '/', '-', 'b/'),
      max: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(arbitrary, ({ names, prefix, delimiter, max }) => {
        const bucket = bucketOf(names);
        const seen: string[] = [];
        let options: ListOptions = { prefix, delimiter, max };
        for (;;) {
          const page = listPage(bucket, options);
          expect(page.objects.length + page.prefixes.length).toBeLessThanOrEqual(max);
          seen.push(...[...page.objects.map((object) => object.key), ...page.prefixes].sort(compareKeys));
          if (!page.next) break;
          options = { ...options, after: page.next };
        }
        expect(seen).toEqual(naive(names, prefix, delimiter));
      }),
    );
  });

  test('the sorted keys stay sorted through adds and deletes', () => {
    const steps = fc.array(fc.record({ add: fc.boolean(), key }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (all) => {
        const keys = new SortedKeys();
        const model = new Set<string>();
        for (const step of all) {
          if (step.add) keys.add(step.key);
          else keys.delete(step.key);
          if (step.add) model.add(step.key);
          else model.delete(step.key);
        }
        const got = Array.from({ length: keys.size }, (_, i) => keys.at(i));
        expect(got).toEqual([...model].sort(compareKeys));
      }),
    );
  });
});

test('a chunked body decodes the same however it is cut', async () => {
  const data = [8192, 9000, 17].map((size, i) => Buffer.alloc(size, 65 + i));
  const frames = data.map((piece) =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
  );
  const body = Buffer.concat([...frames, Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n')]);
  await fc.assert(
    fc.asyncProperty(sizes, async (cuts) => {
      const chunks = decodeChunks(split(body, cuts), { trailer: 'CRC32' });
      const got: Buffer[] = [];
      let next = await chunks.next();
      for (; !next.done; next = await chunks.next()) got.push(Buffer.from(next.value));
      expect(Buffer.concat(got).equals(Buffer.concat(data))).toBe(true);
      expect(next.value).toEqual({ trailer: 'AAAAAA==' });
    }),
    { numRuns: 50 },
  );
});

test('a form reads the same however it is cut, whatever its file holds', async () => {
  const noise = fc.array(fc.constantFrom('\r\n--b', '\r\n--bx', '-', '\r', '\n', 'data', '\r\n\r\n'), {
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(noise, sizes, async (pieces, cuts) => {
      const file = pieces.join('').replaceAll('\r\n--by', '');
      const body = Buffer.from(
        `--by\r\nContent-Disposition: form-data; name="key"\r\n\r\nä\r\n--by\r\nContent-Disposition: form-data; name="empty"\r\n\r\n\r\n` +
          `--by\r\nContent-Disposition: form-data; name="file"; filename="a\\"b"\r\n\r\n${file}\r\n--by--\r\n`,
      );
      const form = await readForm(split(body, cuts), 'by');
      expect(form.fields).toEqual([
        ['key', 'ä'],
        ['empty', ''],
      ]);
      expect(form.file?.fileName).toBe('a"b');
      const got: Buffer[] = [];
      for await (const piece of form.file?.data ?? []) got.push(Buffer.from(piece));
      expect(Buffer.concat(got).toString()).toBe(file);
    }),
  );
});

test('a range is inside the object, or there is none', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('0', '1', '9', '-', ','), maxLength: 6 }),
      fc.nat(30),
      (text, size) => {
        try {
          const range = parseRange(`bytes=${text}`, size);
          if (range) expect(range.start >= 0 && range.start <= range.end && range.end < size).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidRange', status: 416 });
        }
      },
    ),
  );
});

test('text survives writing and reading XML', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(parseXml(resultXml('Root', { Key: text })).children[0]?.text).toBe(text);
    }),
  );
});
