import type { RunSpec } from '../../../contract';

/** Names under which secrets go. `PAD_TOKEN=<pad>` and `USE_AUTH=true` are told apart by their values. */
const NAMES =
  /(^|_)(TOKENS?|PASS|PASSWORD|PASSWD|PASSPHRASE|PASSWORT|PWD|SECRETS?|CREDENTIALS?|AUTH|PAT|KEY|APIKEY|ACCESS_KEY_ID|DSN)$|(TOKEN|PASSWORD|SECRET|APIKEY)$/i;
/** Names that end likewise and hold none. */
const HARMLESS =
  /(^|_)(PUBLIC|PRIMARY|FOREIGN|SORT|PARTITION|INDEX|CACHE|METRIC|DICT|MAX|MIN|NUM|PAD|EOS|BOS|SEP|CLS|UNK|MASK)_(KEY|TOKENS?)$|^(OLD)?PWD$/i;

/** What the makers of tokens begin them with, and what they are, for people. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^(AKIA|ASIA)[0-9A-Z]{12,}$/, 'an AWS access key'],
  [/^hf_[A-Za-z0-9]{10,}$/, 'a Hugging Face token'],
  [/^(gh[pousr]_[A-Za-z0-9]{10,}|github_pat_\w{10,})$/, 'a GitHub token'],
  [/^glpat-[\w-]{10,}$/, 'a GitLab token'],
  [/^sk-(?=[\w-]*\d)[\w-]{16,}$/, 'an API key'],
  [/^xox[a-z]-[\w-]{10,}$/, 'a Slack token'],
  [/^https:\/\/hooks\.slack\.com\/services\//, 'a Slack webhook'],
  [/^AIza[\w-]{30,}$/, 'a Google API key'],
  [/^(npm_|pypi-|r8_|dckr_pat_|nvapi-|wandb_v1_|rpa_|gsk_|tskey-)[\w-]{16,}$/, 'a token'],
  [/^eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./, 'a JSON web token'],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i, 'an address with a password'],
];

/** Why a variable looks like a secret; undefined when it does not. Its value is never in the answer. */
export function secretLike(name: string, value: string): string | undefined {
  const shape = SHAPES.find(([pattern]) => pattern.test(value.trim()));
  if (shape) return `its value looks like ${shape[1]}`;
  if (!NAMES.test(name) || HARMLESS.test(name)) return undefined;
  // A switch, a special word of a tokenizer, a path of a file that holds it.
  if (/^\s*(true|false|yes|no|on|off|none|\d?|[<[].*[>\]]|[~.]{0,2}\/.*)\s*$/i.test(value)) return undefined;
  return 'its name says so';
}

/** A line for each variable of a spec that looks like a secret, with what to do instead. */
export function secretWarnings({ env }: Pick<RunSpec, 'env'>): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const why = secretLike(name, value);
    if (why === undefined) return [];
    return [
      `env.${name} is taken for a secret (${why}): variables are stored and shown with the run. Name it in secrets instead, secrets: [${name}]; the worker has its value (docs/run-your-script.md)`,
    ];
  });
}
