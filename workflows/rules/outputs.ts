import type { HostFinal, Output, RunStatus } from '../../contract';

/**
 * Where the files of each output are, by the host's last word: at their destination, or, those that it refused, in the run's
 * own folder.
 * @param own address of that folder
 */
export function whereOutputsAre(
  said: HostFinal['outputs'],
  outputs: readonly Output[],
  own: string,
): NonNullable<RunStatus['outputs']> {
  return said.flatMap(({ index, files, bytes, instead }) => {
    const { from = 'outputs/', to = own } = outputs[index] ?? {};
    if (!instead || to === own) return [{ from, to, files, bytes }];
    const rest = { from, to, files: files - instead.files, bytes: bytes - instead.bytes };
    return [...(rest.files > 0 ? [rest] : []), { from, to: own, ...instead }];
  });
}
