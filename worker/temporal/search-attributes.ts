import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../contract';
import { WorkerStartError } from '../errors';

/** `temporal.api.enums.v1.IndexedValueType` of Temporal's protocol. */
const VALUE_TYPES = { KEYWORD: 2, INT: 3, DOUBLE: 4, BOOL: 5 } as const;

/** As the `temporal` CLI writes them. */
const CLI_TYPES = { KEYWORD: 'Keyword', INT: 'Int', DOUBLE: 'Double', BOOL: 'Bool' } as const;

const VISIBLE_MS = 30_000;
const EVERY_MS = 100;

type Wanted = [name: string, type: keyof typeof VALUE_TYPES];

/**
 * Registers the search attributes that the namespace lacks, and waits until it shows them: a run that starts before that
 * fails. Answers the names of those that were added.
 * @throws WorkerStartError with the command to run, when this worker may not register them
 */
export async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<string[]> {
  const wanted = Object.entries(SEARCH_ATTRIBUTES) as Wanted[];
  const known = await customAttributes(connection, namespace, wanted);
  const wrong = wanted.filter(([name, type]) => name in known && known[name] !== VALUE_TYPES[type]);
  if (wrong.length > 0) {
    const names = wrong.map(([name, type]) => `${name} (wants ${CLI_TYPES[type]})`).join(', ');
    throw new WorkerStartError(
      `Namespace ${namespace} has search attributes of these names with another type: ${names}. Rename them there, or use another namespace.`,
    );
  }
  const missing = wanted.filter(([name]) => !(name in known));
  if (missing.length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, VALUE_TYPES[type]])),
    });
  } catch (error) {
    // Another worker may have been faster.
    const now = await customAttributes(connection, namespace, wanted);
    if (!missing.every(([name]) => name in now)) throw byHand(namespace, missing, error);
  }
  const until = Date.now() + VISIBLE_MS;
  for (;;) {
    const now = await customAttributes(connection, namespace, wanted);
    if (missing.every(([name]) => name in now)) return missing.map(([name]) => name);
    if (Date.now() > until) {
      throw new WorkerStartError(
        `Namespace ${namespace} does not show its new search attributes after ${VISIBLE_MS / 1000} s: start the worker again`,
      );
    }
    await sleep(EVERY_MS);
  }
}

/** Custom attributes and their types, by name. A server that has no operator service (Temporal Cloud) is asked by hand. */
async function customAttributes(
  connection: NativeConnection,
  namespace: string,
  wanted: Wanted[],
): Promise<Record<string, number>> {
  try {
    const answer = await connection.operatorService.listSearchAttributes({ namespace });
    return Object.fromEntries(
      Object.entries(answer.customAttributes ?? {}).map(([name, type]) => [name, Number(type)]),
    );
  } catch (error) {
    throw byHand(namespace, wanted, error);
  }
}

/** What to do when this worker may not register them. */
export function byHand(namespace: string, missing: Wanted[], error: unknown): WorkerStartError {
  const flags = missing.map(([name, type]) => `--name ${name} --type ${CLI_TYPES[type]}`).join(' ');
  const why = error instanceof Error ? error.message : String(error);
  return new WorkerStartError(
    `The search attributes of runs cannot be registered in namespace ${namespace} (${why}). Register them once:\n  temporal operator search-attribute create --namespace ${namespace} ${flags}`,
    { cause: error },
  );
}
