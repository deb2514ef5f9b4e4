/** Values that a run's spec names, by name. They go to a host by stdin and nowhere else. */
export type SecretValues = Record<string, string>;

/** Why a secret cannot be given to a run, in words that name the way out; undefined when it can. */
export function secretFault(name: string, allow: readonly string[], env: NodeJS.ProcessEnv): string | undefined {
  if (!allow.includes(name)) {
    return `secret ${name} is not in the worker's settings: add it to secrets.allow (TRAINCTL_SECRETS_ALLOW) and restart the worker`;
  }
  if (!env[name]) {
    return `secret ${name} is allowed, but the worker's environment does not have it: set ${name} and restart the worker`;
  }
  return undefined;
}

/**
 * Reads the values of `names` from the worker's own environment.
 * @throws Error naming each secret that is not allowed or not there, with what to do.
 */
export function readSecrets(
  names: readonly string[],
  allow: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): SecretValues {
  const values: SecretValues = {};
  const faults: string[] = [];
  for (const name of names) {
    const fault = secretFault(name, allow, env);
    if (fault) faults.push(fault);
    else values[name] = env[name] ?? '';
  }
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return values;
}

/** Shorter values would blank out half of every message, and protect nobody. */
const SHORTEST_REDACTED = 4;

/** `text` with every secret's value replaced by `[NAME]`; the longest first, so that no part of one remains. */
export function redact(text: string, secrets: SecretValues): string {
  const known = Object.entries(secrets)
    .filter(([, value]) => value.length >= SHORTEST_REDACTED)
    .sort(([, a], [, b]) => b.length - a.length);
  let clean = text;
  for (const [name, value] of known) {
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]) {
      clean = clean.split(form).join(`[${name}]`);
    }
  }
  return clean;
}
