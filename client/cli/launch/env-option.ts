import { messageOf, TrainctlError } from '../..';
import { checkLetters, readText, type Text } from '../shared/read-text';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `K=V`, or `K` alone: the value that K has in this shell. */
export function parseEnvOption(text: string, env: NodeJS.ProcessEnv): [string, string] {
  const eq = text.indexOf('=');
  const name = eq < 0 ? text : text.slice(0, eq);
  if (!NAME.test(name)) throw new TrainctlError('usage', `--env ${text}: "${name}" cannot name a variable`);
  if (eq >= 0) return [name, text.slice(eq + 1)];
  const value = env[name];
  if (value === undefined) {
    throw new TrainctlError('usage', `--env ${name}: this shell has no ${name}`, { next: `try --env ${name}=VALUE` });
  }
  return [name, value];
}

/** Reads a file of `KEY=VALUE` lines: comments, `export`, quotes (double ones with \n and \t), the usual dotenv form. */
export function readEnvFile(path: string): Record<string, string> {
  const file = orUsage(path, () => readText(path));
  const values = valuesOf(path, file);
  orUsage(path, () => checkLetters(file, values));
  return values;
}

function orUsage<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const gone = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new TrainctlError('usage', `--env-file ${path}: ${gone ? 'there is no such file' : messageOf(cause)}`, {
      cause,
    });
  }
}

function valuesOf(path: string, { text }: Text): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/s.exec(line);
    if (!match?.[1]) throw new TrainctlError('usage', `--env-file ${path}: line ${index + 1} is not KEY=VALUE`);
    values[match[1]] = unquote(match[2] ?? '');
  }
  return values;
}

function unquote(text: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text);
  if (double) return (double[1] ?? '').replace(/\\(.)/g, (_, c: string) => ESCAPED[c] ?? c);
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(text);
  if (single) return single[1] ?? '';
  return text.replace(/\s+#.*$/, '');
}

const ESCAPED: Record<string, string> = { n: '\n', t: '\t', r: '\r' };
