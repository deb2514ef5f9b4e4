import { randomBytes } from 'node:crypto';
import { quote } from '../quote';
import type { HostSession } from '../types';

/**
 * Places a file whole or not at all: written beside its place, then renamed. The size is checked on the host, because a
 * connection that breaks while `cat` reads looks to it like the end of the file.
 */
export async function putFile(
  session: Pick<HostSession, 'exec' | 'target'>,
  content: Buffer,
  path: string,
  mode: number,
  signal?: AbortSignal,
): Promise<void> {
  const slash = path.lastIndexOf('/');
  const temporary = `${path}.${randomBytes(6).toString('hex')}.part`;
  const [to, part] = [quote(path), quote(temporary)];
  const folder = slash > 0 ? `mkdir -p -- ${quote(path.slice(0, slash))} && ` : '';
  const command =
    `${folder}umask 077 && cat > ${part} && [ "$(wc -c < ${part})" -eq ${content.length} ] && ` +
    `chmod ${mode.toString(8)} ${part} && mv -f -- ${part} ${to} || { rm -f -- ${part}; exit 1; }`;
  const result = await session.exec(command, { stdin: content, ...(signal ? { signal } : {}) });
  if (result.code !== 0) {
    throw new Error(
      `${path} could not be written on ${session.target.address}: ${result.stderr.trim() || `code ${result.code}`}`,
    );
  }
}
