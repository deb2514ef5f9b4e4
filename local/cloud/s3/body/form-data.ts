import { S3Error } from '../errors';
import { ByteReader } from './byte-reader';

/** All fields before the file, with their headers (S3 API reference, "POST Object"). */
const MAX_FIELDS = 20 * 1024;

/** A form up to its file; the bytes of the file are still on the wire. */
export interface Form {
  /** In order, names as sent. */
  fields: [name: string, value: string][];
  /** Absent: the form ended without one. */
  file?: { fileName: string | undefined; data: AsyncGenerator<Buffer> };
}

/** The boundary of a multipart/form-data request; undefined for any other type. */
export function formBoundary(contentType: string | undefined): string | undefined {
  const match = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2];
}

/** Reads the fields of a form up to `file`, whatever its size: what follows the file is never looked at. */
export async function readForm(source: AsyncIterable<Buffer>, boundary: string): Promise<Form> {
  const reader = new ByteReader(source);
  const form: Form = { fields: [] };
  const budget = { left: MAX_FIELDS };
  let delimiter = Buffer.from(`--${boundary}`, 'latin1');
  for (;;) {
    await collect(reader, delimiter, budget);
    delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
    if (await atEnd(reader)) return form;
    const { name, fileName } = disposition(await collect(reader, HEAD_END, budget));
    if (name.toLowerCase() === 'file') {
      form.file = { fileName, data: fileBytes(reader, delimiter) };
      return form;
    }
    const peeked = await collect(reader, delimiter, budget, false);
    form.fields.push([name, peeked.toString('utf8')]);
  }
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Bytes up to `end`, which is taken too unless told otherwise. */
async function collect(reader: ByteReader, end: Buffer, budget: { left: number }, take = true): Promise<Buffer> {
  for (;;) {
    const at = reader.buffered.indexOf(end);
    const length = at < 0 ? reader.buffered.length : at;
    if (length > budget.left + end.length) throw new S3Error('MaxPostPreDataLengthExceededError');
    if (at >= 0) {
      const bytes = Buffer.from(reader.buffered.subarray(0, at));
      budget.left -= at;
      reader.skip(take ? at + end.length : at);
      return bytes;
    }
    if (!(await reader.pull())) throw new S3Error('MalformedPOSTRequest');
  }
}

/** After a delimiter: `--` ends the form, a line break goes on. */
async function atEnd(reader: ByteReader): Promise<boolean> {
  while (reader.buffered.length < 2) if (!(await reader.pull())) throw new S3Error('MalformedPOSTRequest');
  const next = reader.buffered.toString('latin1', 0, 2);
  if (next === '--') return true;
  if (next !== '\r\n') throw new S3Error('MalformedPOSTRequest');
  // The line break stays: a part without headers has its empty line at once.
  return false;
}

function disposition(head: Buffer): { name: string; fileName: string | undefined } {
  const line = /^content-disposition:(.*)$/im.exec(head.toString('utf8'))?.[1] ?? '';
  const parameter = (name: string): string | undefined => {
    const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(line);
    return match?.[1]?.replace(/\\(["\\])/g, '$1') ?? match?.[2];
  };
  const name = parameter('name');
  if (!/^\s*form-data\b/i.test(line) || name === undefined) throw new S3Error('MalformedPOSTRequest');
  return { name, fileName: parameter('filename') };
}

/** The file's bytes up to the next delimiter, holding back only what might be the start of one. */
async function* fileBytes(reader: ByteReader, delimiter: Buffer): AsyncGenerator<Buffer> {
  for (;;) {
    const at = reader.buffered.indexOf(delimiter);
    const length = at >= 0 ? at : Math.max(0, reader.buffered.length - delimiter.length + 1);
    if (length > 0) {
      const piece = reader.buffered.subarray(0, length);
      reader.skip(length);
      yield piece;
    }
    if (at >= 0) return;
    if (!(await reader.pull())) throw new S3Error('MalformedPOSTRequest');
  }
}
