import type { Settings, StackState } from '../../contract';

/** Every fault of the settings, named at once. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  constructor(readonly faults: { where: string; message: string }[]) {
    super(faults.map((fault) => `${fault.where}: ${fault.message}`).join('\n'));
  }
}

/** No stack is up, and the settings say `cloud: local`. */
export class NoStackError extends Error {
  override name = 'NoStackError';
}

/** `$TRAINCTL_HOME`, else `~/.trainctl`; absolute. */
export function homeDir(_env: NodeJS.ProcessEnv = process.env): string {
  throw new Error('not built yet');
}

/** Reads `stack.json`; undefined when it is absent or not whole. Does not say whether its processes live. */
export function readStackState(_home: string): StackState | undefined {
  throw new Error('not built yet');
}

export function loadSettings(_env: NodeJS.ProcessEnv = process.env): Settings {
  throw new Error('not built yet');
}

/** Throws {@link NoStackError} when the cloud is local and no stack is up. */
export function requireStack(_settings: Settings): void {
  throw new Error('not built yet');
}

/** The installation's secret, 32 bytes; made (0600, atomically) by the first who needs it. */
export function loadSecret(_settings: Settings): Buffer {
  throw new Error('not built yet');
}
