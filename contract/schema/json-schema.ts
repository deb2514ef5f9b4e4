import { z } from 'zod';
import { runInput } from './run';

type Json = Record<string, unknown>;

/** The JSON Schema (draft 2020-12) of `trainctl.yaml`, for editors. Looser than `parseRunSpec`, never stricter. */
export function runJsonSchema(): Json {
  const schema = z.toJSONSchema(runInput, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // zod drops the examples of what it transforms; ours are examples of what people write.
      const examples = z.globalRegistry.get(zodSchema)?.examples;
      if (Array.isArray(examples)) jsonSchema.examples = examples as never[];
      // `default: {}` of a section says nothing: its keys have defaults of their own.
      if (JSON.stringify(jsonSchema.default) === '{}') delete jsonSchema.default;
    },
  });
  // Through JSON, so that keys that are undefined on purpose are gone.
  const plain = JSON.parse(JSON.stringify(schema)) as Json & { properties: Record<string, Json> };
  const { description, ...setup } = plain.properties.setup ?? {};
  const command = { type: 'string', minLength: 1 };
  plain.properties.setup = { description, anyOf: [command, { type: 'array', items: command }, setup] };
  const { description: kept, ...outputs } = (plain.properties.outputs ?? {}) as Json & {
    properties?: Record<string, Json>;
  };
  plain.properties.outputs = { description: kept, anyOf: [outputs.properties?.paths ?? {}, outputs] };
  return plain;
}
