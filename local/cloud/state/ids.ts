import { randomBytes } from 'node:crypto';

/** Kinds of resources and the prefix of their ids. */
const ID_PREFIX = {
  instance: 'i',
  volume: 'vol',
  reservation: 'r',
  spotRequest: 'sir',
  networkInterface: 'eni',
  snapshot: 'snap',
  keyPair: 'key',
  securityGroup: 'sg',
} as const;

/** A new id: prefix, dash, 17 hex digits (spot requests: 8 letters and digits), as EC2 makes them. */
export function newId(kind: keyof typeof ID_PREFIX): string {
  const hex = randomBytes(9).toString('hex');
  return `${ID_PREFIX[kind]}-${kind === 'spotRequest' ? hex.slice(0, 8) : hex.slice(0, 17)}`;
}
