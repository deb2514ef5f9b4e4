/** What makes an installation one: all its workers share it, and every run of it lives in it. Recorded in Temporal by the first. */
export interface Installation {
  name: string;
  cloud: 'local' | 'aws';
  /** AWS's account id, or the access key of a local cloud, which each has of its own. Absent: could not be read. */
  account?: string;
  region: string;
  bucket: string;
  /** Empty, or ending in `/`. */
  prefix: string;
  /** Fingerprint of the secret that all keys derive from; says nothing of it. */
  secret: string;
}

/** What a run is resolved with beside its spec, and keeps whatever the settings say later. */
export interface HostSettings {
  subnets: string[];
  securityGroups: string[];
  /** Which address of an instance the workers connect to. */
  address: 'public' | 'private';
  /** Login user of the images. */
  user: string;
  sshPort: number;
}

/** Those of the settings that a run keeps. */
export const hostSettingsOf = ({ subnets, securityGroups, address, user, sshPort }: HostSettings): HostSettings => ({
  subnets,
  securityGroups,
  address,
  user,
  sshPort,
});

/** What new runs are resolved with, as the worker that started last has it. */
export type RunSettings = HostSettings & { images: { cpu: string; gpu: string } };

/** An installation as Temporal keeps it: memo `{@link INSTALLATION_MEMO}` of what its reconciler's Schedule starts. */
export interface RecordedInstallation extends Installation {
  /** ISO 8601. */
  recordedAt: string;
  settings?: RunSettings;
  /** Since when the settings are these, and what they were before. Absent: since it was recorded. */
  settingsSince?: string;
  settingsBefore?: RunSettings;
}

export const INSTALLATION_MEMO = 'trainctlInstallation';

/** The parts of an installation, in the order in which people look for what is wrong. */
export const INSTALLATION_PARTS = ['name', 'cloud', 'account', 'region', 'bucket', 'prefix', 'secret'] as const;

export interface InstallationDifference {
  part: (typeof INSTALLATION_PARTS)[number];
  own: string;
  recorded: string;
}

/** In what `own` is not `recorded`. An account that one of both does not know is no difference. */
export function differencesOf(own: Installation, recorded: Installation): InstallationDifference[] {
  return INSTALLATION_PARTS.flatMap((part) => {
    const [mine, theirs] = [own[part], recorded[part]];
    return mine === theirs || mine === undefined || theirs === undefined ? [] : [{ part, own: mine, recorded: theirs }];
  });
}

/** Whether both keep their objects at one place, where they would take each other's for their own. */
export const sharePlace = (a: Installation, b: Installation): boolean =>
  differencesOf(a, b).every(({ part }) => part === 'name' || part === 'secret' || part === 'region');

/** Such as `user: "ubuntu", was "root"`, for each that differs. */
export function settingsChanges(now: RunSettings, before: RunSettings): string[] {
  const words = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return (['subnets', 'securityGroups', 'address', 'user', 'sshPort', 'images'] as const)
    .filter((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]))
    .map((key) => `${key} ${words(now[key])}, was ${words(before[key])}`);
}
