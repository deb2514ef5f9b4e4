import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StackState } from '../../../contract';
import { refusedCalls } from './callers';
import type { Call } from './policy';

/** What test/docs/policies.test.ts compares the policies with. */
const RECORD = path.join(__dirname, '../../../test/docs/aws-calls.jsonl');

/** All calls of AWS that were made of a local cloud, and whose they were. */
export async function callsOf({ url, controlToken }: StackState['cloud']): Promise<Call[]> {
  const answer = await fetch(`${url}/_local/calls`, { headers: { authorization: `Bearer ${controlToken}` } });
  if (!answer.ok) throw new Error(`/_local/calls: ${answer.status}`);
  return (await answer.json()) as Call[];
}

/** @throws naming every call that AWS would have refused to its caller under the policies of docs/policies */
export function checkCalls(calls: readonly Call[], bucket: string): void {
  const refused = refusedCalls(calls, {
    ACCOUNT: '111122223333',
    BUCKET: bucket,
    PREFIX: '',
    INSTALLATION: 'default',
  });
  if (refused.length > 0) throw new Error(`calls that AWS would refuse:\n${refused.join('\n')}`);
}

/** A record: a call a line. */
export const readCalls = (file: string): Call[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Call);

/** Adds what is new to the record: the product's calls, without how often. */
export function recordCalls(calls: readonly Call[]): void {
  const known = existsSync(RECORD) ? readCalls(RECORD) : [];
  const ours = calls.filter(({ caller }) =>
    /^(grant|trainctl-suite|trainctl-(client|worker|suite)\.default)$/.test(caller),
  );
  const lines = [...known, ...ours].map(({ caller, action, resource, context }) =>
    JSON.stringify({
      caller: caller.replace(/\.default$/, ''),
      action,
      resource: shortened(resource),
      ...(context ? { context } : {}),
    }),
  );
  writeFileSync(RECORD, [...new Set(lines)].sort().join('\n').concat('\n'));
}

/** Names of buckets that tests make are new each time. */
const shortened = (resource: string): string =>
  resource.replace(/^(arn:aws:s3:::[a-z-]+)-[0-9a-z]{6,}(?=\/|$)/, '$1-other');
