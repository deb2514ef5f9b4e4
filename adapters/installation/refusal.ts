import {
  differencesOf,
  type Installation,
  type InstallationDifference,
  type RecordedInstallation,
  type Settings,
} from '../../contract';

/** Why somebody does not belong to an installation, and what mends it. */
export interface Refusal {
  message: string;
  next: string;
  differs: InstallationDifference[];
}

/** Undefined when `own` is the installation that is recorded under its name. */
export function otherThan(recorded: RecordedInstallation, own: Installation, settings: Settings): Refusal | undefined {
  const differs = differencesOf(own, recorded);
  if (differs.length === 0) return undefined;
  const rows = differs.map(
    ({ part, own: mine, recorded: theirs }) =>
      `\n  ${part.padEnd(8)}${shown(part, mine)} here, ${shown(part, theirs)} recorded`,
  );
  return {
    message: `this is not the installation "${own.name}" that ${whereOf(settings)} knows since ${recorded.recordedAt}:${rows.join('')}`,
    next: `${differs.map((one) => mend(one, settings)).join('; ')}; or, if this is another installation, give it a name (TRAINCTL_INSTALLATION) and a bucket or prefix of its own, or another Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE); or, if the installation itself has moved: trainctl init --replace, once no run of it is open${lostStack(settings)}`,
    differs,
  };
}

/** What is kept of a local stack belongs together: where a part was lost, no open run can go on. */
const lostStack = ({ cloud }: Settings): string =>
  cloud === 'local'
    ? '; or, if files of this local stack were lost: trainctl stack up --replace, which ends its open runs (nothing can serve them any more) and goes on with what is left'
    : '';

/** An installation of another name is at the same place. */
export function placeTaken(by: RecordedInstallation, own: Installation, settings: Settings): Refusal {
  const place = `s3://${own.bucket}/${own.prefix}`;
  return {
    message: `installation "${by.name}" is at ${place} already, by ${whereOf(settings)} since ${by.recordedAt}; this one is called "${own.name}"`,
    next: `to belong to that one: TRAINCTL_INSTALLATION=${by.name} (installation in ${settings.home}/settings.yaml); to be one of its own: another bucket or prefix (TRAINCTL_BUCKET, TRAINCTL_PREFIX)`,
    differs: differencesOf(own, by),
  };
}

/** A home without the installation's secret. */
export function noSecret(recorded: RecordedInstallation | undefined, settings: Settings): Refusal {
  const file = `${settings.home}/secret`;
  const has = `${whereOf(settings)} knows installation "${settings.installation}" since ${recorded?.recordedAt}, and its secret (fingerprint ${recorded?.secret}) is not here: no ${file}`;
  return recorded
    ? {
        message: has,
        next: `get it from a home whose worker has it: trainctl worker --join asks for it; or copy the file, or name it (TRAINCTL_SECRET_FILE)${lostStack(settings)}`,
        differs: [],
      }
    : {
        message: `installation "${settings.installation}" has no secret yet: no ${file}`,
        next: 'make it once: trainctl init (a local stack makes its own: trainctl stack up)',
        differs: [],
      };
}

/** What is recorded cannot be read, so nobody can say who belongs to it. */
export function unreadable(why: Error, settings: Settings): Refusal {
  const { installation } = settings;
  return {
    message: `what is recorded of installation "${installation}" is unknown: ${why.message}`,
    next: `record it anew from a home whose worker belongs to it: trainctl init --replace, once no run of it is open${lostStack(settings)}`,
    differs: [],
  };
}

export const whereOf = ({ temporal: { address, namespace } }: Settings): string =>
  `Temporal at ${address} (namespace ${namespace})`;

const shown = (part: InstallationDifference['part'], value: string): string =>
  part === 'secret' ? `fingerprint ${value}` : value === '' ? '(empty)' : value;

function mend({ part, recorded }: InstallationDifference, { home, cloud }: Settings): string {
  const file = `${home}/settings.yaml`;
  const ofStack = cloud === 'local' && 'run it in the home of that stack (TRAINCTL_HOME)';
  switch (part) {
    case 'account':
      return ofStack || `use credentials of the account ${recorded}`;
    case 'region':
    case 'bucket':
      return ofStack || `set ${part}: ${recorded} in ${file}, or TRAINCTL_${part.toUpperCase()}`;
    case 'secret':
      return 'get its secret: trainctl worker --join, or copy the file "secret" from a home whose worker belongs to it';
    case 'name':
      return `set installation: ${recorded} in ${file}, or TRAINCTL_INSTALLATION`;
    default:
      return `set ${part}: ${recorded === '' ? "''" : recorded} in ${file}, or TRAINCTL_${part.toUpperCase()}`;
  }
}
