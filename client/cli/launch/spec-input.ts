import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseDocument } from 'yaml';
import type { RunSpec, SpecFault } from '../../../contract';
import { localCode, parseRunSpec, type RunSpecInput, type SpecDefaults, slugName } from '../../../contract/schema';
import { messageOf, TrainctlError } from '../..';
import { valueAsWritten } from '../shared/as-written';
import { checkLetters, NotText, readText } from '../shared/read-text';
import { applyFlags, type SpecFlags } from './apply-flags';
import { allFaults, invalidSpec } from './faults';

export interface SpecInput {
  /** As it will be sent, but for `code`, which is sent as a snapshot. */
  input: RunSpecInput;
  /** With every default filled in. */
  spec: RunSpec;
  /** The folder whose code is sent; undefined when the code comes from elsewhere. */
  codeDir: string | undefined;
  /** Where the spec was read, for people. */
  source: string;
  /** The folder that the spec speaks of. */
  base: string;
  /** What options say of it, by its path. */
  said: string[];
}

const SPEC_NAMES = ['trainctl.yaml', 'trainctl.yml', 'trainctl.json'];

/** Reads, completes and validates a spec; names every fault at once. Touches nothing but files. */
export function readSpecInput(
  asked: string | undefined,
  flags: SpecFlags,
  defaults: SpecDefaults,
  env: NodeJS.ProcessEnv,
  cwd = process.cwd(),
): SpecInput {
  const { file, base } = findSpec(asked, (flags.command ?? []).length > 0, cwd);
  const document = file ? readDocument(file) : {};
  const { said, wrong } = applyFlags(document, flags, env);
  // A spec without `code` means the folder it lies in.
  const local = localCode(document.code ?? { dir: '.' });
  const codeDir = local?.dir === undefined ? undefined : path.resolve(base, local.dir);
  const name = slugName(path.basename(codeDir ?? base));
  if (typeof document.name === 'undefined') document.name = name;
  const faults: SpecFault[] = [...(local?.faults ?? []), ...(codeDir ? dirFaults(codeDir) : [])];
  const parsed = parseRunSpec(local ? { ...document, code: local.code } : document, {
    ...defaults,
    name,
  });
  if (!parsed.ok) faults.push(...parsed.faults);
  const fault = allFaults(file ?? 'the command line', wrong, faults);
  if (fault) throw fault;
  if (!parsed.ok) throw invalidSpec(file ?? 'the command line', parsed.faults);
  const source = file ? path.relative(cwd, file) || file : 'the command line';
  return { input: document as unknown as RunSpecInput, spec: parsed.spec, codeDir, source, base, said };
}

/** The spec's file, and the folder that it speaks of; a command needs no file, only the folder. */
function findSpec(
  asked: string | undefined,
  hasCommand: boolean,
  cwd: string,
): { file: string | undefined; base: string } {
  const full = path.resolve(cwd, asked ?? '.');
  if (!existsSync(full)) {
    throw new TrainctlError('usage', `there is no file or folder ${asked}`, {
      next: hasCommand
        ? 'name a spec file, or a folder with the code'
        : `to run it as a command: trainctl run -- ${asked} …`,
    });
  }
  if (!statSync(full).isDirectory()) return { file: full, base: path.dirname(full) };
  const named = SPEC_NAMES.map((name) => path.join(full, name)).filter(existsSync);
  const file = named.find((one) => !statSync(one).isDirectory());
  if (file || hasCommand) return { file, base: full };
  if (named[0]) {
    throw new TrainctlError('usage', `${named[0]} is a folder, not a spec`, {
      next: 'write the spec into a file, or say what to run: trainctl run -- python train.py',
    });
  }
  throw new TrainctlError(
    'usage',
    `${asked === undefined ? `no spec given, and ${cwd}` : asked} has no ${SPEC_NAMES[0]}`,
    {
      next: `say what to run: trainctl run ${asked === undefined ? '' : `${asked} `}-- python train.py`,
    },
  );
}

function readDocument(file: string): Record<string, unknown> {
  const written = orUnreadable(file, () => readText(file));
  const document = parseDocument(written.text, { prettyErrors: true });
  const faults = document.errors.map((error) => ({
    path: '',
    message:
      error.code === 'MULTIPLE_DOCS'
        ? 'holds more than one document (a line ---): a spec is one'
        : (error.message.split('\n', 1)[0] ?? '').replace(/:$/, ''),
  }));
  if (faults.length > 0) throw invalidSpec(file, faults);
  let value: unknown;
  try {
    value = valueAsWritten(document, [], path.extname(file) === '.json');
  } catch (error) {
    throw invalidSpec(file, [{ path: '', message: messageOf(error) }]);
  }
  orUnreadable(file, () => checkLetters(written, value));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidSpec(file, [{ path: '', message: 'a spec is a mapping, such as `command: python train.py`' }]);
  }
  return value as Record<string, unknown>;
}

function orUnreadable<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new TrainctlError('usage', `${file} cannot be read: ${messageOf(cause)}`, {
      ...(cause instanceof NotText
        ? {}
        : { next: 'give yourself the right to read it, or name another spec: trainctl run FILE' }),
      cause,
    });
  }
}

function dirFaults(dir: string): SpecFault[] {
  if (!existsSync(dir)) return [{ path: 'code.dir', message: `there is no folder ${dir}` }];
  return statSync(dir).isDirectory() ? [] : [{ path: 'code.dir', message: `${dir} is no folder` }];
}
