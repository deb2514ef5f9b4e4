import { z } from 'zod';
import { listAnswer, resultAnswer, statusAnswer } from './answers';
import { runJsonSchema } from './json-schema';

/** The published schemas, by file name below `schema/`. A file's shape only grows; what would break a reader gets a v2. */
export function publishedSchemas(): Record<string, Record<string, unknown>> {
  // Of the input side: an unknown key is no fault of an answer.
  const answer = (schema: z.ZodType): Record<string, unknown> => ({ ...z.toJSONSchema(schema, { io: 'input' }) });
  return {
    'run.v1.json': runJsonSchema(),
    'status.v1.json': answer(statusAnswer),
    'result.v1.json': answer(resultAnswer),
    'ls.v1.json': answer(listAnswer),
  };
}
