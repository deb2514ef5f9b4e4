/** How long the one line of a failure may be. Characters. */
const LONGEST_LINE = 500;

/**
 * What a failure says in Temporal: the lines of `text` as one. Where they are too many, those are left that say what happened and what
 * the program or tool said last.
 */
export function oneLine(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/\s+/g, ' ').trim());
  const said = lines.filter((line) => line !== '');
  const all = said.join(' · ');
  const short = said.length > 2 && all.length > LONGEST_LINE ? [said[0], '…', said.at(-1)].join(' · ') : all;
  return short.length <= LONGEST_LINE ? short : `${short.slice(0, LONGEST_LINE - 1)}…`;
}

/** Beside the one line of an activity's failure, as a detail of it: all that it had to say. */
export interface WholeMessage {
  wholeMessage: string;
}

/** The whole of what a failure had to say; `message` itself in those of one line, and of older workers. */
export function wholeMessageOf({
  message,
  details,
}: {
  message: string;
  details?: unknown[] | null | undefined;
}): string {
  const said: unknown = details?.[0];
  const whole = typeof said === 'object' && said !== null && 'wholeMessage' in said ? said.wholeMessage : undefined;
  return typeof whole === 'string' ? whole : message;
}
