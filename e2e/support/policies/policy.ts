import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What the local cloud records of a call (`GET /_local/calls`). */
export interface Call {
  caller: string;
  action: string;
  resource: string;
  context?: Record<string, string>;
  count?: number;
}

export interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** What an installation puts in the place of the words in capitals. */
export interface Place {
  ACCOUNT: string;
  BUCKET: string;
  PREFIX: string;
  INSTALLATION: string;
  OTHER: string;
}

/** The statements of one of the files in docs/policies, for an installation. */
export function readPolicy(name: string, place: Place): Statement[] {
  const text = readFileSync(path.join(__dirname, '../../../docs/policies', `${name}.json`), 'utf8').replace(
    /\b(ACCOUNT|BUCKET|PREFIX|INSTALLATION|OTHER)(?=\b|[a-z*])/g,
    (_, word: keyof Place) => place[word],
  );
  return (JSON.parse(text) as { Statement: Statement[] }).Statement;
}

export const listOf = (value: string | string[]): string[] => [value].flat();

/** Of IAM: `*` is any text, `?` one character. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`).test(text);
}

/** The operators that the policies use; another one is a fault of the policy. */
function conditionHolds(condition: Statement['Condition'], context: Record<string, string>): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) => {
    if (operator !== 'StringEquals') throw new Error(`${operator}: no policy here may use what nobody checks`);
    return Object.entries(keys).every(([key, wanted]) => listOf(wanted).includes(context[key] ?? ''));
  });
}

/** Whether a statement allows a call. There is no Deny in these policies, so that one that allows is enough. */
export function allows(statement: Statement, call: Call): boolean {
  if (statement.Effect !== 'Allow') throw new Error(`${statement.Sid}: only Allow is checked`);
  return (
    listOf(statement.Action).some((action) => matches(action, call.action)) &&
    listOf(statement.Resource).some((resource) => matches(resource, call.resource)) &&
    conditionHolds(statement.Condition, call.context ?? {})
  );
}
