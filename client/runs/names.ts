import { randomInt } from 'node:crypto';
import type { RunSpecInput } from '../../contract/schema';

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `name-xxxx`: readable, and different each time. */
export function newRunId(name: string): string {
  let suffix = '';
  for (let i = 0; i < 4; i++) suffix += ID_ALPHABET[randomInt(ID_ALPHABET.length)];
  return `${name}-${suffix}`;
}

/** Shown beside the run in the Temporal UI's list; single-line Markdown, so the command is shortened, not wrapped. */
export function summaryOf(input: RunSpecInput): string {
  const command = Array.isArray(input.command) ? input.command.join(' ') : input.command;
  const types = input.resources?.instanceTypes;
  const where = [input.resources?.market, Array.isArray(types) ? types[0] : types].filter(Boolean).join(' ');
  const text = [input.name, where, command].filter(Boolean).join(' · ').replace(/\s+/g, ' ');
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
