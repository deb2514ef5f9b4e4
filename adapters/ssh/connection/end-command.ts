import type { ClientChannel } from 'ssh2';

/** Asks the server to kill the command; closing its output ends the rest. Servers that know no signals ignore the first. */
export function endCommand(channel: ClientChannel): void {
  try {
    signalled(channel).signal('KILL');
  } catch {
    // Already over.
  }
  channel.close();
}

/**
 * ssh2 sends no signals once stdin has ended, though SSH itself allows that until the channel is closed: for this one call the
 * channel looks as if stdin were open.
 */
function signalled(channel: ClientChannel): ClientChannel {
  const { outgoing } = channel as { outgoing?: { state?: string } };
  if (outgoing?.state !== 'eof') return channel;
  return Object.create(channel, {
    writable: { value: true },
    outgoing: { value: { ...outgoing, state: 'open' } },
  }) as ClientChannel;
}
