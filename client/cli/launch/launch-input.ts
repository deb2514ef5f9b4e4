import type { RunSpec, Settings } from '../../../contract';
import type { RunSpecInput } from '../../../contract/schema';

/** What `run` and `rerun` have in common once the spec is known. */
export interface Launch {
  input: RunSpecInput;
  spec: RunSpec;
  codeDir?: string | undefined;
  source: string;
  /** The AWS account that pays; for people. */
  account?: string | undefined;
}

/** The workflow's input: plain JSON, the same that a person could type into the Temporal UI. */
export async function inputOf(
  found: Launch,
  snapshot: string | undefined,
  settings: Pick<Settings, 'home'>,
): Promise<RunSpecInput> {
  const { accessKeys } = await import('../shared/ssh-key.js');
  const keys = new Set([...(found.spec.access.sshKeys ?? []), ...accessKeys(settings.home)]);
  const input: RunSpecInput = { ...found.input, access: { sshKeys: [...keys] } };
  if (snapshot !== undefined) input.code = { snapshot };
  return input;
}
