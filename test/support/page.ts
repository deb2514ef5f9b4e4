import { readFileSync, writeFileSync } from 'node:fs';

/** The page with one section of it, from its heading to the next one, written anew; appended when it has none. */
export function withSection(page: string, heading: string, body: string): string {
  const own = `## ${heading}\n\n${body}`;
  const from = page.indexOf(`## ${heading}\n`);
  if (from < 0) return `${page.trimEnd()}\n\n${own}`;
  const next = page.indexOf('\n## ', from + heading.length);
  return `${page.slice(0, from)}${own}${next < 0 ? '' : page.slice(next)}`;
}

export function writeSection(file: string, heading: string, body: string): void {
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), heading, body));
}
