export interface SettingsFault {
  /** The key or variable, and the file if it came from one: `bucket in /home/a/.trainctl/settings.yaml`. */
  where: string;
  message: string;
}

/** The settings are wrong. Names every fault at once. */
export class SettingsError extends Error {
  override name = 'SettingsError';

  constructor(readonly faults: readonly SettingsFault[]) {
    const lines = faults.map(({ where, message }) => `${where}: ${message}`);
    super(lines.length === 1 ? lines.join() : `the settings have ${lines.length} faults:\n  ${lines.join('\n  ')}`);
  }
}

/** The home cannot hold an installation's secret, state and logs. */
export class HomeError extends Error {
  override name = 'HomeError';

  constructor(home: string, why: string, cause?: unknown) {
    super(`${home} cannot be the home of an installation: ${why}`, { cause });
  }
}

/** The cloud is the local one, and it is not up. */
export class NoStackError extends Error {
  override name = 'NoStackError';

  constructor(home: string) {
    super(`no stack is up (looked in ${home}): run \`trainctl stack up\``);
  }
}
