import { constants, type Stats } from 'node:fs';
import fs, { type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { type Attributes, type FileEntry, type SFTPWrapper, utils } from 'ssh2';
import { codeOf, messageOf } from '../../failures';

const { OPEN_MODE, STATUS_CODE } = utils.sftp;
const MAX_READ = 256 * 1024;

/** System errors that have a status of their own; all others are FAILURE. */
const STATUS_OF: Record<string, number> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE,
  ENOTDIR: STATUS_CODE.NO_SUCH_FILE,
  EACCES: STATUS_CODE.PERMISSION_DENIED,
  EPERM: STATUS_CODE.PERMISSION_DENIED,
};

type Handle = { file: FileHandle } | { entries: FileEntry[] };

/** Serves SFTP version 3 from a home folder: what `sftp`, `scp` and ssh2's fastPut and fastGet use. */
export function serveSftp(sftp: SFTPWrapper, home: string): void {
  const handles = new Map<number, Handle>();
  let count = 0;
  const at = (name: string) => path.resolve(home, name);
  const keep = (handle: Handle): Buffer => {
    count += 1;
    handles.set(count, handle);
    const id = Buffer.alloc(4);
    id.writeUInt32BE(count);
    return id;
  };
  const find = (id: Buffer): Handle => {
    const handle = id.length === 4 ? handles.get(id.readUInt32BE(0)) : undefined;
    if (!handle) throw new Error('unknown handle');
    return handle;
  };
  const file = (id: Buffer): FileHandle => {
    const handle = find(id);
    if (!('file' in handle)) throw new Error('not a file');
    return handle.file;
  };
  /** Does the work, answers OK unless the work has answered by itself, and turns errors into statuses. */
  const serve = (request: number, work: () => Promise<'answered' | undefined>) => {
    work().then(
      (answered) => {
        if (!answered) sftp.status(request, STATUS_CODE.OK);
      },
      (error: unknown) => {
        sftp.status(request, STATUS_OF[codeOf(error)] ?? STATUS_CODE.FAILURE, messageOf(error));
      },
    );
  };

  sftp.on('OPEN', (request, name, flags, attributes) =>
    serve(request, async () => {
      sftp.handle(request, keep({ file: await fs.open(at(name), nodeFlags(flags), attributes.mode ?? 0o644) }));
      return 'answered';
    }),
  );
  sftp.on('READ', (request, id, offset, length) =>
    serve(request, async () => {
      const buffer = Buffer.allocUnsafe(Math.min(length, MAX_READ));
      const { bytesRead } = await file(id).read(buffer, 0, buffer.length, offset);
      if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.data(request, buffer.subarray(0, bytesRead));
      return 'answered';
    }),
  );
  sftp.on('WRITE', (request, id, offset, data) =>
    serve(request, async () => {
      let done = 0;
      while (done < data.length) {
        const { bytesWritten } = await file(id).write(data, done, data.length - done, offset + done);
        done += bytesWritten;
      }
      return undefined;
    }),
  );
  sftp.on('CLOSE', (request, id) =>
    serve(request, async () => {
      const handle = find(id);
      handles.delete(id.readUInt32BE(0));
      if ('file' in handle) await handle.file.close();
      return undefined;
    }),
  );
  const answerStats = (request: number, stats: Promise<Stats>) =>
    serve(request, async () => {
      sftp.attrs(request, attributesOf(await stats));
      return 'answered';
    });
  sftp.on('STAT', (request, name) => answerStats(request, fs.stat(at(name))));
  sftp.on('LSTAT', (request, name) => answerStats(request, fs.lstat(at(name))));
  sftp.on('FSTAT', (request, id) => serve(request, async () => answered(sftp, request, await file(id).stat())));
  sftp.on('SETSTAT', (request, name, attributes) => serve(request, () => setAttributes(at(name), attributes)));
  sftp.on('FSETSTAT', (request, id, attributes) =>
    serve(request, async () => {
      const handle = file(id);
      if (attributes.mode !== undefined) await handle.chmod(attributes.mode & 0o7777);
      if (attributes.mtime !== undefined) await handle.utimes(attributes.atime ?? attributes.mtime, attributes.mtime);
      return undefined;
    }),
  );
  sftp.on('OPENDIR', (request, name) =>
    serve(request, async () => {
      const folder = at(name);
      const names = await fs.readdir(folder);
      const entries = await Promise.all(
        names.map(async (entry) => {
          const attrs = attributesOf(await fs.lstat(path.join(folder, entry)));
          return { filename: entry, longname: longName(entry, attrs), attrs };
        }),
      );
      sftp.handle(request, keep({ entries }));
      return 'answered';
    }),
  );
  sftp.on('READDIR', (request, id) =>
    serve(request, async () => {
      const handle = find(id);
      const batch = 'entries' in handle ? handle.entries.splice(0, 100) : [];
      if (batch.length === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.name(request, batch);
      return 'answered';
    }),
  );
  const answerName = (request: number, filename: string) => {
    const attrs = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
    sftp.name(request, [{ filename, longname: filename, attrs }]);
    return 'answered' as const;
  };
  sftp.on('REALPATH', (request, name) => serve(request, async () => answerName(request, at(name))));
  sftp.on('READLINK', (request, name) => serve(request, async () => answerName(request, await fs.readlink(at(name)))));
  const done = (work: Promise<unknown>) => work.then(() => undefined);
  sftp.on('MKDIR', (request, name, attributes) =>
    serve(request, () => done(fs.mkdir(at(name), attributes.mode ?? 0o755))),
  );
  sftp.on('RMDIR', (request, name) => serve(request, () => done(fs.rmdir(at(name)))));
  sftp.on('REMOVE', (request, name) => serve(request, () => done(fs.unlink(at(name)))));
  sftp.on('RENAME', (request, from, to) => serve(request, () => done(rename(at(from), at(to)))));
  sftp.on('SYMLINK', (request, target, link) => serve(request, () => done(fs.symlink(target, at(link)))));
  sftp.on('close', () => {
    for (const handle of handles.values()) if ('file' in handle) void handle.file.close().catch(() => undefined);
    handles.clear();
  });
}

function answered(sftp: SFTPWrapper, request: number, stats: Stats): 'answered' {
  sftp.attrs(request, attributesOf(stats));
  return 'answered';
}

/** SFTP's rename never replaces a file. */
async function rename(from: string, to: string): Promise<void> {
  const taken = await fs.lstat(to).then(
    () => true,
    () => false,
  );
  if (taken) throw new Error('target exists');
  await fs.rename(from, to);
}

function nodeFlags(flags: number): number {
  const has = (mode: number) => (flags & mode) !== 0;
  const access = has(OPEN_MODE.WRITE)
    ? has(OPEN_MODE.READ)
      ? constants.O_RDWR
      : constants.O_WRONLY
    : constants.O_RDONLY;
  return (
    access |
    (has(OPEN_MODE.APPEND) ? constants.O_APPEND : 0) |
    (has(OPEN_MODE.CREAT) ? constants.O_CREAT : 0) |
    (has(OPEN_MODE.TRUNC) ? constants.O_TRUNC : 0) |
    (has(OPEN_MODE.EXCL) ? constants.O_EXCL : 0)
  );
}

const attributesOf = (stats: Stats): Attributes => ({
  mode: stats.mode,
  uid: stats.uid,
  gid: stats.gid,
  size: stats.size,
  atime: Math.floor(stats.atimeMs / 1000),
  mtime: Math.floor(stats.mtimeMs / 1000),
});

function longName(name: string, attributes: Attributes): string {
  const kind = (attributes.mode & constants.S_IFMT) === constants.S_IFDIR ? 'd' : '-';
  const bits = [...'rwxrwxrwx'].map((letter, index) => (attributes.mode & (0o400 >> index) ? letter : '-')).join('');
  return `${kind}${bits} 1 ubuntu ubuntu ${attributes.size} ${new Date(attributes.mtime * 1000).toUTCString()} ${name}`;
}

async function setAttributes(file: string, attributes: Attributes): Promise<undefined> {
  if (attributes.mode !== undefined) await fs.chmod(file, attributes.mode & 0o7777);
  if (attributes.mtime !== undefined) await fs.utimes(file, attributes.atime ?? attributes.mtime, attributes.mtime);
  return undefined;
}
