import { parseRunSpec } from '../../../contract/schema';

export const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBUqhg2fwVD5tE7DWqVIuwhDW3sg7Vf1lF8y3sVCRKzH me@host';

/** Faults as `path: message`, of a document that has a command unless it says otherwise. */
export function faultsOf(input: Record<string, unknown>): string[] {
  const parsed = parseRunSpec({ command: 'x', ...input }, { instanceTypes: ['m5.large'] });
  if (parsed.ok) throw new Error('it was accepted');
  return parsed.faults.map(({ path, message }) => (path ? `${path}: ${message}` : message));
}
