import { credentialVariables } from './variables';

/**
 * What credentials look like wherever they stand in a text, as their makers write them, and what they are, for people. What refuses a spec
 * is strict: each is long enough to be no word of anybody's, nor the name of a run. Whatever the text, the time is linear in its length:
 * no expression begins again within what it has begun to read.
 */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY/g, 'a private key'],
  [/(?<![\w-])(AKIA|ASIA)[0-9A-Z]{16}(?![\w-])/g, 'an AWS access key'],
  [/aws_(secret_access_key|session_token)["']?\s*[=:]\s*["']?[A-Za-z0-9/+=]{40}/gi, 'an AWS secret key'],
  [/(?<![\w-])(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/g, 'a GitHub token'],
  [/(?<![\w-])glpat-[\w-]{20,}/g, 'a GitLab token'],
  // `glrt` and the like are words too, and names of runs have no capitals beside their digits.
  [/(?<![\w-])gl(dt|rt|cbt|ptt|ft|soat)-(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{20,}/g, 'a GitLab token'],
  [/(?<![\w-])ATBB[A-Za-z0-9]{28,}|(?<![\w-])ATATT3[\w=-]{40,}/g, 'an Atlassian token'],
  [/(?<![\w-])hf_[A-Za-z0-9]{30,}(?![\w-])/g, 'a Hugging Face token'],
  [/(?<![\w-])sk-[A-Za-z0-9]{32,}/g, 'an API key'],
  [/(?<![\w-])sk-(proj|ant|svcacct|admin|or)-(?=[\w-]*[A-Za-z0-9]{20})[\w-]{20,}/g, 'an API key'],
  [/(?<![\w-])xox[abeoprs]-[\w-]{20,}/g, 'a Slack token'],
  [/https:\/\/hooks\.slack\.com\/services\/\w+(\/\w+)*/g, 'a Slack webhook'],
  [/(?<![\w-])AIza[\w-]{35}/g, 'a Google API key'],
  [/(?<![\w-])(npm_[A-Za-z0-9]{36}|r8_[A-Za-z0-9]{37}|gsk_[A-Za-z0-9]{40,})(?![\w-])/g, 'a token'],
  [/(?<![\w-])(pypi-AgE|dckr_pat_|nvapi-|wandb_v1_|tskey-)[\w-]{30,}/g, 'a token'],
  [/(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, 'a JSON web token'],
  [/\bauthorization["']?\s*[:=]\s*["']?(bearer|basic|token)\s+[\w.~+/=-]{16,}/gi, 'a header that logs in'],
  [/\bwandb\s+login\s+(-\S+\s+)*[0-9a-f]{40}(?![\w-])/g, 'a Weights & Biases key'],
];

/**
 * The user, the password and the host of an address. A colon that ends a host (`tcp://host:29500,me@x`, `https://host:80?to=me@x`) begins
 * no password, nor does the one of an image (`docker://name:tag@sha256:…`).
 */
const LOGIN = /(?<=[a-z0-9+.-]):\/\/([^/\s:@"',?#]*):([^/\s@"',?#]+)@(?!sha256:)(\[[^\]\s/]*\]|[^/\s:@"',?#]*)/gi;

/** The login of a service on the host itself, which is nobody else's: a database that the command has started. */
const SELF = /^(localhost|127(\.\d+){3}|\[::1\])$/i;

/** A key of a query by which services take a token. */
const QUERY = /[?&](access_token|private_token|api_?key|token|auth_token|password|sig)=([^&\s"'#]{12,})/gi;

/** `xxxxxxxx`, and what AWS writes in its examples. */
const blank = (text: string): boolean => /([xX0*.])\1{7}|EXAMPLE/.test(text);

/** What stands for a value: `$TOKEN`, `<token>`, `{token}`, `%s`, `%(token)s`, `your_token`. */
const stands = (value: string): boolean =>
  blank(value) || /[${}<>]|^%(\w+%?|\(\w+\)[a-z])$|^your[_-]|^(x+|\*+|\.+)$/i.test(value);

/** The credential itself, where words of a command or a header are before it. */
const lastWord = (found: string): string => found.split(/\s/).pop() ?? '';

/** What kind of credential a text holds, in words; undefined: none that can be told by its looks. Never the credential itself. */
export function credentialIn(text: string): string | undefined {
  for (const [, user = '', password = '', host = ''] of text.matchAll(LOGIN)) {
    if (!stands(password) && password !== user && !SELF.test(host)) return 'an address with a password';
  }
  for (const [, , token = ''] of text.matchAll(QUERY)) if (!stands(token)) return 'an address with a token';
  for (const [shape, what] of SHAPES) {
    for (const [found] of text.matchAll(shape)) if (!stands(lastWord(found))) return what;
  }
  return credentialVariables(text).some((value) => !stands(value)) ? 'a secret in a variable' : undefined;
}
