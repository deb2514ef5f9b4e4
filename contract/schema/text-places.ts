/** Where a spec holds text by nature, whatever its words look like: `*` is any key, `[]` any item. */
const TEXT_PLACES: ReadonlySet<string> = new Set([
  '$schema',
  'name',
  'project',
  'command',
  'command[]',
  'code.dir',
  'code.snapshot',
  'code.times',
  'code.git',
  'code.ref',
  'setup',
  'setup[]',
  'setup.requirements',
  'setup.commands',
  'setup.commands[]',
  'env.*',
  'secrets[]',
  'inputs[].from',
  'inputs[].to',
  'outputs[].from',
  'outputs[].to',
  'outputs.paths[].from',
  'outputs.paths[].to',
  'checkpoints.dir',
  'checkpoints.signal',
  'resources.instanceTypes',
  'resources.instanceTypes[]',
  'resources.market',
  'resources.zones',
  'resources.zones[]',
  'resources.ami',
  'alerts.nan',
  'hold.on',
  'access.sshKeys[]',
]);

/** Keys and indexes on the way to a value. */
export type SpecPath = readonly (string | number)[];

/**
 * Whether what is written at a place is meant as text: `1e-4` or `0012` there is these very characters. Durations, sizes and
 * counts are numbers.
 */
export function isTextPlace(path: SpecPath): boolean {
  if (path[0] === 'env') return path.length === 2;
  return TEXT_PLACES.has(placeOf(path));
}

/** `inputs[].from`, whichever of the inputs it is. */
export const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((part) => (typeof part === 'number' ? '[]' : `.${String(part)}`))
    .join('')
    .slice(1);
