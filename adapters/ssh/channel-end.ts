/**
 * How a command ended, from the arguments of its channel's `close`. Not from `exit`: sshd may tell the exit in the same packet as the
 * start, before anybody can listen.
 * @returns undefined when the connection ended before the command did
 */
export function endOf(
  code: number | null | undefined,
  signal: string | undefined,
): { code: number | null; signal?: string } | undefined {
  if (code === undefined) return undefined;
  return signal ? { code: null, signal } : { code };
}
