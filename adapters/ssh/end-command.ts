import type { ClientChannel } from 'ssh2';

/** Asks the server to kill the command; closing its output ends the rest. Servers that know no signals ignore the first. */
export function endCommand(channel: ClientChannel): void {
  try {
    channel.signal('KILL');
  } catch {
    // Already over.
  }
  channel.close();
}
