import type { RightsOf, TriedRight } from '../../../../adapters/aws';
import type { Settings } from '../../../../contract';
import type { Check } from '../../../../local/stack';

/** What AWS lets this identity do, as far as that can be tried without doing it. */
export async function rightsCheck(settings: Settings, of: RightsOf): Promise<Check> {
  const { checkRights } = await import('../../sdk/rights.js');
  return rightsWords(await checkRights(settings, of), of);
}

const WHOSE = 'whose they are: aws sts get-caller-identity';

/**
 * Missing rights by name, in AWS's words; those that could not be tried are told apart, and are no fault as long as others could. Where AWS
 * does not know who asks, nothing is known of rights, and that is the fault; where no right could be tried, it is unknown whether they are
 * there: not well, and not a fault either.
 */
export function rightsWords(rights: readonly TriedRight[], of: RightsOf): Check {
  const name = `rights (${of})`;
  const missing = rights.filter(({ allowed }) => allowed === false);
  const nobody = rights.filter(({ badCredentials }) => badCredentials);
  const untried = rights.filter(({ allowed, badCredentials }) => allowed === undefined && !badCredentials);
  const has = rights.filter(({ allowed }) => allowed).length;
  const known = [
    ...(missing.length > 0 ? [`missing: ${words(missing)}`] : []),
    ...(nobody.length > 0 ? [`not known, since AWS does not take these credentials: ${words(nobody)}`] : []),
  ];
  const green =
    has === 0 ? `unknown: none of ${rights.length} could be tried` : `${has} of ${rights.length} tried, all allowed`;
  const detail = [
    ...(known.length > 0 ? known : [green]),
    ...(untried.length > 0 ? [`not tried: ${words(untried)}`] : []),
  ].join('. ');
  if (nobody.length > 0) {
    const renew = 'renew them (aws sso login, new keys, AWS_PROFILE), and look at the clock of this machine';
    return { name, ok: false, detail, fix: `${renew}; ${WHOSE}` };
  }
  if (missing.length > 0) return { name, ok: false, detail, fix: `docs/policies/${of}.json has them; ${WHOSE}` };
  if (has > 0) return { name, ok: true, detail };
  return { name, ok: false, optional: true, detail, fix: `mend what is named there; then: trainctl doctor --as ${of}` };
}

/** Those with one reason together, in the order of the first. */
function words(some: readonly TriedRight[]): string {
  const byWhy = new Map<string, string[]>();
  for (const { right, why = '' } of some) byWhy.set(why, [...(byWhy.get(why) ?? []), right]);
  return [...byWhy].map(([why, all]) => (why === '' ? all.join(', ') : `${all.join(', ')}: ${why}`)).join('; ');
}
