import { isTextPlace, runJsonSchema, type SpecPath } from '../../../contract/schema';

interface Json {
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Json[];
  properties?: Record<string, Json>;
  additionalProperties?: Json | false;
  items?: Json;
}

/** Every place of a spec that may hold a plain value, and the kinds of value that may stand there. */
function places(schema: Json, at: SpecPath, found: Map<string, [SpecPath, Set<string>]>): typeof found {
  const kinds = [schema.type ?? []].flat().filter((type) => type !== 'object' && type !== 'array');
  if (schema.enum && kinds.length === 0) kinds.push(typeof schema.enum[0]);
  const known = found.get(at.join()) ?? [at, new Set<string>()];
  for (const kind of kinds) found.set(at.join(), [at, known[1].add(kind)]);
  for (const one of schema.anyOf ?? []) places(one, at, found);
  for (const [key, value] of Object.entries(schema.properties ?? {})) places(value, [...at, key], found);
  if (schema.additionalProperties) places(schema.additionalProperties, [...at, 'ANY'], found);
  if (schema.items) places(schema.items, [...at, 0], found);
  return found;
}

test('text places are those of the schema that hold nothing but text, with env and the words of a command', () => {
  const all = [...places(runJsonSchema() as Json, [], new Map()).values()];
  const text = all.filter(([, kinds]) => [...kinds].every((kind) => kind === 'string')).map(([at]) => at.join('.'));
  expect(
    all
      .filter(([at]) => isTextPlace(at))
      .map(([at]) => at.join('.'))
      .sort(),
  ).toEqual([...text, 'command.0', 'env.ANY'].sort());
});
