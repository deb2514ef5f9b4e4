import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Selection } from '../../../adapters/snapshot';
import type { RunSpec } from '../../../contract';
import { type Dependencies, dependenciesOf } from './dependency-rules';

/** What will be installed for the code that is sent, and what is seen and left; undefined without code to look at. */
export function plannedDependencies(selection: Selection | undefined, spec: RunSpec): Dependencies | undefined {
  if (!selection) return undefined;
  const files = new Set(selection.files.map((file) => file.path));
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(path.join(selection.dir, name), 'utf8');
    } catch {
      // Gone since it was selected: the host will say what it finds.
      return undefined;
    }
  };
  return dependenciesOf({ files, read }, spec.setup.requirements, spec.command);
}

/** Lines of the plan: what is installed, then what is left. */
export function dependencyLines({ source, left }: Dependencies, commands: number): string[] {
  const own = commands === 0 ? '' : commands === 1 ? 'a setup command' : `${commands} setup commands`;
  const found = source === 'none' ? 'no requirements' : source === 'pep723' ? "the script's own (PEP 723)" : source;
  const first = [source === 'none' && own !== '' ? '' : found, own].filter(Boolean).join(', then ');
  return [first, ...left];
}
