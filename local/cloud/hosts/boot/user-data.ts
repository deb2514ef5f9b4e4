import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { messageOf } from '../../failures';

export interface WrittenFile {
  path: string;
  content: Buffer;
  mode: number;
  append: boolean;
}

/** A command of bootcmd or runcmd: a string for the shell, or a list run as it is. */
export type BootCommand = string | string[];

/** What user data asks of a boot. */
export interface BootPlan {
  hostKey: string | undefined;
  authorizedKeys: string[];
  files: WrittenFile[];
  /** Every boot, before all else. */
  bootcmd: BootCommand[];
  /** First boot, after all else. */
  runcmd: BootCommand[];
  /** The whole user data is a program. First boot, last. */
  script: Buffer | undefined;
  /** What was not understood; goes to the boot log, and the boot goes on, as cloud-init does. */
  warnings: string[];
}

const MAX_UNPACKED = 1024 * 1024;

/** Reads user data: `#cloud-config`, a `#!` script, or either gzipped. Anything else is ignored with a warning. */
export function parseUserData(data: Buffer | undefined): BootPlan {
  const plan: BootPlan = {
    hostKey: undefined,
    authorizedKeys: [],
    files: [],
    bootcmd: [],
    runcmd: [],
    script: undefined,
    warnings: [],
  };
  if (!data || data.length === 0) return plan;
  const plain = unpack(data);
  const text = plain.toString('utf8');
  if (text.startsWith('#!')) plan.script = plain;
  else if (/^#cloud-config\s*(\r?\n|$)/.test(text)) readCloudConfig(text, plan);
  else plan.warnings.push('Unhandled non-multipart (text/x-not-multipart) userdata');
  return plan;
}

function unpack(data: Buffer): Buffer {
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data;
  try {
    return gunzipSync(data, { maxOutputLength: MAX_UNPACKED });
  } catch {
    return data;
  }
}

type Section = (value: unknown, plan: BootPlan) => void;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const strings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);

const SECTIONS: Record<string, Section> = {
  ssh_keys: (value, plan) => {
    if (isRecord(value) && typeof value.ed25519_private === 'string') plan.hostKey = value.ed25519_private;
    else plan.warnings.push('ssh_keys: no ed25519_private');
  },
  ssh_authorized_keys: (value, plan) => {
    plan.authorizedKeys = strings(value);
  },
  write_files: (value, plan) => {
    for (const entry of Array.isArray(value) ? value : [value]) readFile(entry, plan);
  },
  bootcmd: (value, plan) => {
    plan.bootcmd = commands(value);
  },
  runcmd: (value, plan) => {
    plan.runcmd = commands(value);
  },
};

/** Keys that change nothing on a local host. */
const IGNORED = new Set([
  'ssh_deletekeys',
  'ssh_genkeytypes',
  'ssh_pwauth',
  'disable_root',
  'package_update',
  'output',
  'no_ssh_fingerprints',
  'ssh',
]);

function readCloudConfig(text: string, plan: BootPlan): void {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    plan.warnings.push(`Failed loading yaml blob. ${messageOf(error)}`);
    return;
  }
  if (!isRecord(document)) {
    if (document !== null) plan.warnings.push('the cloud-config is no mapping');
    return;
  }
  for (const [name, value] of Object.entries(document)) {
    const section = Object.hasOwn(SECTIONS, name) ? SECTIONS[name] : undefined;
    if (section) section(value, plan);
    else if (!IGNORED.has(name)) plan.warnings.push(`${name}: this cloud-config module does not exist on local hosts`);
  }
}

function commands(value: unknown): BootCommand[] {
  if (!Array.isArray(value)) return [];
  return value.map((command) => (Array.isArray(command) ? command.map(String) : String(command)));
}

/** Encodings as cloud-init names them. */
const ENCODINGS: Record<string, (content: string) => Buffer> = {
  'text/plain': (content) => Buffer.from(content),
  b64: (content) => Buffer.from(content, 'base64'),
  base64: (content) => Buffer.from(content, 'base64'),
  'gz+b64': (content) => gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: MAX_UNPACKED }),
  'gz+base64': (content) => gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: MAX_UNPACKED }),
};

function readFile(entry: unknown, plan: BootPlan): void {
  if (!isRecord(entry) || typeof entry.path !== 'string' || !entry.path.startsWith('/')) {
    plan.warnings.push('write_files: an entry has no absolute path');
    return;
  }
  const encoding = String(entry.encoding ?? 'text/plain');
  const decode = Object.hasOwn(ENCODINGS, encoding) ? ENCODINGS[encoding] : undefined;
  if (!decode) {
    plan.warnings.push(`write_files: ${entry.path}: encoding ${encoding} is not known`);
    return;
  }
  const mode = Number.parseInt(String(entry.permissions ?? '0644'), 8);
  try {
    plan.files.push({
      path: entry.path,
      content: decode(String(entry.content ?? '')),
      mode: Number.isNaN(mode) ? 0o644 : mode & 0o7777,
      append: entry.append === true,
    });
  } catch (error) {
    plan.warnings.push(`write_files: ${entry.path}: ${messageOf(error)}`);
  }
}
