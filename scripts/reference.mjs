// Writes docs/reference.md from the schema of a spec, the known settings and the search attributes. `--check` only compares, and
// fails when the page is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, source } from './sources.mjs';

const { runJsonSchema } = source('contract/schema/index.ts');
const { SEARCH_ATTRIBUTES } = source('contract/index.ts');
const { describedSettings } = source('adapters/settings/index.ts');

const TEMPORAL_TYPES = { KEYWORD: 'Keyword', INT: 'Int', DOUBLE: 'Double', BOOL: 'Bool' };

/** What each search attribute says, as a column of Temporal's list. */
const COLUMNS = {
  TrainctlName: 'name of the run',
  TrainctlProject: 'its project',
  TrainctlPhase: 'where it is: `training`, `waiting-for-capacity`, …',
  TrainctlOutcome: 'how it ended; empty while it is open',
  TrainctlPlacement: 'instance type, zone and market of the newest attempt',
  TrainctlAttempt: 'number of the newest attempt',
  TrainctlStep: 'the step when an attempt ended',
  TrainctlCostUsd: 'dollars of the attempts that have ended',
  TrainctlCleanupPending: 'true while something may be left in EC2',
  TrainctlDisconnected: 'true while the host trains without a connection',
  TrainctlRunKey: 'the key in tags and in S3',
};

const cell = (text) =>
  String(text)
    .replaceAll('|', '\\|')
    .replace(/\s*\n\s*/g, ' ');
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => '---')), ...rows].join('\n');
const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

const UNITS = /\s*(Seconds, or parts with the units s m h d w\.|A number of GiB, or text with a unit\.)/;

function kindOf(schema) {
  if (schema.enum) return schema.enum.map(code).join(', ');
  if (schema.const !== undefined) return code(schema.const);
  if (/Seconds, or parts/.test(schema.description ?? '')) return 'duration';
  if (/A number of GiB/.test(schema.description ?? '')) return 'size';
  const types = (schema.anyOf ?? [schema]).map((one) =>
    one.type === 'array' ? `list of ${kindOf(one.items ?? {})}` : one.type === 'object' ? 'map' : plainType(one.type),
  );
  return [...new Set(types)].join(' or ');
}

function plainType(type) {
  const names = { string: 'text', integer: 'whole number', boolean: 'true or false' };
  return [type]
    .flat()
    .map((one) => names[one] ?? one ?? 'anything')
    .join(', ');
}

function* keys(schema, prefix = '') {
  const places = [schema, ...(schema.anyOf ?? [])];
  for (const place of places) {
    for (const [name, value] of Object.entries(place.properties ?? {})) {
      if (name === '$schema') continue;
      const at = `${prefix}${name}`;
      yield [at, value, (place.required ?? []).includes(name)];
      yield* keys(value, `${at}.`);
      if (value.items) yield* keys(value.items, `${at}[].`);
    }
  }
}

function specRows() {
  return [...keys(runJsonSchema())].map(([at, schema, required]) => {
    const words = (schema.description ?? '').replace(UNITS, '');
    const [what, said] = words.split(/\s*\bDefault: /);
    const fallback = said?.replace(/\.$/, '') ?? (schema.default === undefined ? '' : code(schema.default));
    return row(code(at), kindOf(schema), required ? '(needed)' : fallback, what);
  });
}

function settingsRows() {
  return describedSettings().map(({ key, variable, what, fallback }) =>
    row(code(key), variable === undefined ? '' : code(variable), fallback ?? '', what),
  );
}

function columnRows() {
  const missing = Object.keys(SEARCH_ATTRIBUTES).filter((name) => !(name in COLUMNS));
  if (missing.length > 0) throw new Error(`scripts/reference.mjs says nothing of ${missing.join(', ')}`);
  return Object.entries(COLUMNS)
    .filter(([name]) => name in SEARCH_ATTRIBUTES)
    .map(([name, what]) => row(code(name), TEMPORAL_TYPES[SEARCH_ATTRIBUTES[name]], what));
}

export function reference() {
  return `<!-- Written by scripts/reference.mjs from the sources: change those, and run it. -->
# Reference

## Keys of a spec

What \`trainctl.yaml\`, a run's input in the Temporal UI and \`client.start()\` of the [typed client](typed-client.md) hold; \`trainctl
schema\` prints the same as JSON Schema. A *duration* is seconds, or text with the units s m h d w: \`90s\`, \`1h30m\`; a *size* is GiB,
or text with a unit: \`50GiB\`. \`a[].b\`: the key b of each entry of the list a. Every fault of a spec is named at once.

${table(['key', 'what it takes', 'default', 'what it is'], specRows())}

## Settings

Keys of \`settings.yaml\` in \`$TRAINCTL_HOME\` (default \`~/.trainctl\`); the variable wins over the file. \`a.b\` is the key b below a.
With \`cloud: local\` what belongs to an account comes from the stack. [Run on AWS](run-on-aws.md) says which are needed there.

${table(['key', 'variable', 'default', 'what it is'], settingsRows())}

The Temporal server is also found by Temporal's own variables: \`TEMPORAL_ADDRESS\`, \`TEMPORAL_NAMESPACE\`, \`TEMPORAL_API_KEY\`,
\`TEMPORAL_TLS_…\`, \`TEMPORAL_PROFILE\`, \`TEMPORAL_CONFIG_FILE\`.

## Search attributes

Of every run; the worker registers them. They filter \`trainctl ls\` and Temporal's list, and each can be a column there
([how](start-from-the-temporal-ui.md#columns)).

${table(['name', 'type', 'what it says'], columnRows())}
`;
}

const file = path.join(root, 'docs/reference.md');
const page = reference();
let present = '';
try {
  present = readFileSync(file, 'utf8');
} catch {}
if (process.argv.includes('--check')) {
  if (present !== page) {
    console.error('docs/reference.md is not current: node scripts/reference.mjs');
    process.exitCode = 1;
  }
} else if (present !== page) writeFileSync(file, page);
