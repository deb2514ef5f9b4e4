import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { s3FaultOf } from '../adapters/aws';
import { makeFolder } from '../adapters/settings';
import { TrainctlError } from './errors';
import type { ObjectReader } from './objects';
import type { OutputFile } from './output-files';
import { makeParents, safeParts } from './safe-path';

/** A folder into which outputs are downloaded. What is under way lies in a folder beside them, with a name of its own. */
export class OutputFolder {
  private readonly written = new Map<string, string>();

  private constructor(
    private readonly objects: ObjectReader,
    private readonly root: string,
    private readonly parts: string,
  ) {}

  static async open(objects: ObjectReader, root: string): Promise<OutputFolder> {
    makeFolder(root);
    return new OutputFolder(objects, root, await mkdtemp(path.join(root, '.trainctl-part-')));
  }

  /**
   * Downloads one output; a partial file never has the name of a whole one. Returns the path it was written to.
   * @throws TrainctlError for what this file alone cannot have; anything else for what would strike the next as well
   */
  async get(file: OutputFile, onBytes: (count: number) => void = () => undefined): Promise<string> {
    safeParts(file.path);
    try {
      const full = this.placeFor(file);
      const part = path.join(this.parts, 'part');
      await rm(part, { force: true });
      await this.stream(file, part, onBytes);
      if (file.mode !== undefined) await chmod(part, (file.mode & 0o777) | 0o600);
      await rename(part, full);
      return full;
    } catch (error) {
      throw ofThisFile(error) ?? error;
    }
  }

  async close(): Promise<void> {
    await rm(this.parts, { recursive: true, force: true });
  }

  /** Its path, with the folders above made. Where names differ by case alone, a second file would replace the first. */
  private placeFor({ path: name }: OutputFile): string {
    const full = makeParents(this.root, name);
    const folded = name.normalize('NFC').toLowerCase();
    const other = this.written.get(folded);
    if (other !== undefined && other !== name && existsSync(full)) {
      throw new TrainctlError('refused', `this disk takes its name for that of ${other}`);
    }
    this.written.set(folded, name);
    return full;
  }

  private async stream(file: OutputFile, part: string, onBytes: (count: number) => void): Promise<void> {
    const body = await this.objects.stream(file.key, file.bucket);
    if (!body) throw new TrainctlError('damaged', `${file.key} is gone since it was listed`);
    let count = 0;
    const hash = createHash('sha256');
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          count += chunk.length;
          hash.update(chunk);
          onBytes(chunk.length);
          yield chunk;
        }
      },
      createWriteStream(part, { flags: 'wx', mode: 0o644 }),
    );
    if (count !== file.bytes) {
      throw new TrainctlError('damaged', `${file.path} came as ${count} bytes, S3 lists ${file.bytes}`);
    }
    if (file.sha256 !== undefined && hash.digest('hex') !== file.sha256) {
      throw new TrainctlError(
        'damaged',
        'it is not what the run left there: something else was written to its place since',
      );
    }
  }
}

/** Downloads one output below `root`; see {@link OutputFolder}. */
export async function downloadOutput(
  objects: ObjectReader,
  file: OutputFile,
  root: string,
  onBytes?: (count: number) => void,
): Promise<string> {
  const folder = await OutputFolder.open(objects, root);
  try {
    return await folder.get(file, onBytes);
  } finally {
    await folder.close();
  }
}

/** Why one name or one object cannot be had, in words. */
const OWN_FAULTS: Record<string, string> = {
  ENAMETOOLONG: 'this disk takes no name of that length',
  EINVAL: 'this disk takes no such name',
  EILSEQ: 'this disk takes no such name',
  ENOTDIR: 'a file stands where its folder should be',
  EEXIST: 'a file stands where its folder should be',
  EISDIR: 'a folder of that name is there',
  ENOTEMPTY: 'a folder of that name is there',
  ENOENT: 'this disk takes no such name',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOSPC: 'the disk has no room for it',
  EDQUOT: 'the disk quota has no room for it',
  EFBIG: 'the disk takes no file of that size',
};

function ofThisFile(error: unknown): TrainctlError | undefined {
  if (error instanceof TrainctlError) return error;
  const fault = s3FaultOf(error, '');
  if (fault) return new TrainctlError('refused', fault.message, { cause: error });
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const why = OWN_FAULTS[code];
  return why === undefined ? undefined : new TrainctlError('refused', `${why} (${code})`, { cause: error });
}
