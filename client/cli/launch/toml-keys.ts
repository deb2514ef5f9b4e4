/**
 * The keys of a TOML text with their values as they are written (`project.dependencies` → `["numpy"]`): as much of TOML as it
 * takes to see how a project is installed. Inline tables stay values; what it does not understand it skips.
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
    keys.set([table, dotted(pair[1] ?? '')].filter(Boolean).join('.'), value.trim());
  }
  return keys;
}

const STRING = /"(?:\\.|[^"\\])*"|'[^']*'/g;

const dotted = (name: string): string =>
  name
    .split('.')
    .map((part) => part.trim().replace(/^["']|["']$/g, ''))
    .join('.');

function withoutComment(line: string): string {
  const blanked = line.replace(STRING, (found) => '_'.repeat(found.length));
  const at = blanked.indexOf('#');
  return at < 0 ? line : line.slice(0, at);
}

function depth(value: string): number {
  const bare = value.replace(STRING, '');
  return bare.split('[').length - bare.split(']').length;
}
