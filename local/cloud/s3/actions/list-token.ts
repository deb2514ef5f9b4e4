import { createHash } from 'node:crypto';
import { invalidArgument } from '../errors';

/** Where a listing goes on: after a key, or after everything below a common prefix. */
export interface Position {
  key: string;
  prefix: boolean;
}

const check = (text: string): string => createHash('sha256').update(`list ${text}`).digest('base64url').slice(0, 8);

/** An opaque token: clients must hand it back as it is. */
export function writeToken(position: Position): string {
  const text = `${position.prefix ? 'p' : 'k'}${position.key}`;
  return `${check(text)}${Buffer.from(text, 'utf8').toString('base64url')}`;
}

/** Reads a token; anything that is none of ours, the empty text too, is InvalidArgument. */
export function readToken(token: string): Position {
  const text = Buffer.from(token.slice(8), 'base64url').toString('utf8');
  if (token.length < 9 || token.slice(0, 8) !== check(text)) {
    throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
  }
  return { key: text.slice(1), prefix: text.startsWith('p') };
}
