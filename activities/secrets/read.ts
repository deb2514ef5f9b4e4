import { type ActivityDeps, messageOf, misconfigured } from '../step';

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

/** The run's secrets; a worker whose settings lack one says so, and no retry on it would help. */
export function secretsOf(deps: ActivityDeps, names: readonly string[]): SecretValues {
  try {
    return readSecrets(names, deps.settings.secretsAllow);
  } catch (error) {
    throw misconfigured(messageOf(error));
  }
}
