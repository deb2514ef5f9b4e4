import type { UploadedSnapshot } from '../../../adapters/snapshot';
import type { RunSpec, Settings } from '../../../contract';
import type { RunSpecInput } from '../../../contract/schema';
import type { OriginFacts } from '../..';

/** What `run` and `rerun` have in common once the spec is known. */
export interface Launch {
  input: RunSpecInput;
  spec: RunSpec;
  codeDir?: string | undefined;
  source: string;
  /** The folder that the spec speaks of, when it was read in one. */
  base?: string;
  /** What options say of the spec, by its path. */
  said?: string[];
  /** Of a run that is repeated: it, and what is known of its code. */
  again?: Pick<OriginFacts, 'code' | 'commit' | 'rerunOf'>;
  /** What a dry run says of a repetition, with --json. */
  changes?: unknown;
  /** The AWS account that pays; for people. */
  account?: string | undefined;
}

/** What a spec says of code that was sent. */
export type SentCode = Pick<UploadedSnapshot, 'snapshot' | 'times'>;

/** The workflow's input: plain JSON, the same that a person could type into the Temporal UI. */
export async function inputOf(
  found: Launch,
  code: SentCode | undefined,
  settings: Pick<Settings, 'home'>,
): Promise<RunSpecInput> {
  const { accessKeys } = await import('../shared/ssh-key.js');
  const keys = new Set([...(found.spec.access.sshKeys ?? []), ...accessKeys(settings.home)]);
  const input: RunSpecInput = { ...found.input, access: { sshKeys: [...keys] } };
  if (code !== undefined) input.code = code;
  return input;
}
