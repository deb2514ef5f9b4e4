import { randomInt } from 'node:crypto';
import { commandWords, markdownBlock, markdownCode, markdownText } from '../../contract';
import type { RunSpecInput } from '../../contract/schema';

const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `name-xxxx`: readable, and different each time. */
export function newRunId(name: string): string {
  let suffix = '';
  for (let i = 0; i < 4; i++) suffix += ID_ALPHABET[randomInt(ID_ALPHABET.length)];
  return `${name}-${suffix}`;
}

/** How much of a command is shown. Characters. */
const SHORT = 120;
const LONG = 4000;

/** Shown beside the run in the Temporal UI, as Markdown of one line: the command stands in it as it would be typed. */
export function summaryOf(input: RunSpecInput): string {
  const types = input.resources?.instanceTypes;
  const where = [input.resources?.market, Array.isArray(types) ? types[0] : types].filter(Boolean).join(' ');
  const parts = [input.name ?? '', where].filter((part) => part !== '').map((part) => markdownText(part, 60));
  return [...parts, markdownCode(commandWords(input.command), SHORT)].join(' · ');
}

/** The same at more length: the whole command, line by line as it was typed. */
export function detailsOf({ command }: RunSpecInput): string {
  const typed = typeof command === 'string' ? command.trim() : commandWords(command);
  return markdownBlock(typed.length <= LONG ? typed : `${typed.slice(0, LONG - 1)}…`);
}
