import { type PackedSelection, packSelection, selectFiles } from '../../../adapters/snapshot';
import type { PackOptions } from '../../../adapters/snapshot/pack';

const open: PackedSelection[] = [];

/** A folder, packed; closed by {@link closePacked}. */
export async function packed(dir: string, options?: PackOptions): Promise<PackedSelection> {
  const made = await packSelection(await selectFiles(dir), options);
  open.push(made);
  return made;
}

export const idOf = async (dir: string): Promise<string> => (await packed(dir)).sha256;

export async function closePacked(): Promise<void> {
  for (const one of open.splice(0)) await one.close();
}
