/**
 * The keys of a TOML text with their values as they are written (`project.dependencies` → `["numpy"]`): as much of TOML as it
 * takes to see how a project is installed. What an inline table holds comes after the table itself; what it does not understand
 * it skips.
 */
export function tomlKeys(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  const lines = text.replace(/("""|''')[\s\S]*?\1/g, '""').split(/\r?\n/);
  let table = '';
  for (let i = 0; i < lines.length; i++) {
    const line = withoutComment(lines[i] ?? '');
    const header = /^\s*\[\[?([^\]]*)\]\]?\s*$/.exec(line);
    if (header) {
      table = dotted(header[1] ?? '');
      continue;
    }
    const pair = /^\s*((?:"[^"]*"|'[^']*'|[\w.\s-])+?)\s*=(.*)$/.exec(line);
    if (!pair) continue;
    let value = pair[2] ?? '';
    while (depth(value) > 0 && i + 1 < lines.length) value += `\n${withoutComment(lines[++i] ?? '')}`;
    for (const [key, own] of flat([table, dotted(pair[1] ?? '')].filter(Boolean).join('.'), value.trim()))
      keys.set(key, own);
  }
  return keys;
}

/** A value, and those that it holds when it is an inline table. */
function* flat(name: string, value: string): Generator<[key: string, value: string]> {
  yield [name, value];
  if (!value.startsWith('{')) return;
  for (const part of items(value.slice(1).replace(/\}\s*$/, ''))) {
    const pair = /^\s*((?:"[^"]*"|'[^']*'|[\w.-]+|\s*\.\s*)+?)\s*=([\s\S]*)$/.exec(part);
    if (pair) yield* flat(`${name}.${dotted(pair[1] ?? '')}`, (pair[2] ?? '').trim());
  }
}

/** The parts of a text between the commas that are in no string, list or table. */
function items(text: string): string[] {
  const bare = blanked(text);
  const found: string[] = [];
  let deep = 0;
  let from = 0;
  for (let at = 0; at <= bare.length; at++) {
    const char = bare[at] ?? ',';
    if ('[{'.includes(char)) deep += 1;
    else if (']}'.includes(char)) deep -= 1;
    else if (char === ',' && (deep === 0 || at === bare.length)) {
      found.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return found;
}

const STRING = /"(?:\\.|[^"\\])*"|'[^']*'/g;

/** The same text with something else in place of its strings. */
const blanked = (text: string): string => text.replace(STRING, (found) => '_'.repeat(found.length));

const dotted = (name: string): string =>
  name
    .split('.')
    .map((part) => part.trim().replace(/^["']|["']$/g, ''))
    .join('.');

function withoutComment(line: string): string {
  const at = blanked(line).indexOf('#');
  return at < 0 ? line : line.slice(0, at);
}

function depth(value: string): number {
  const bare = value.replace(STRING, '');
  return bare.split('[').length - bare.split(']').length;
}
