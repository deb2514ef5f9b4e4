import type { HostFinal } from '../host/attach';
import type { NotKept } from '../run/not-kept';
import { toldCheckpoint } from './checkpoint';
import { alerts, instance, maybeStep, metrics, notFinite, notice, unreadable } from './figures';
import {
  type Fields,
  flag,
  integer,
  lastText,
  list,
  needed,
  oneOf,
  orElse,
  orNull,
  perhaps,
  readFields,
  shape,
  text,
  wellFormed,
  yes,
} from './reader';
import { jsonBytes } from './size';

/** What a last word may take as JSON: it travels through a workflow's history. An agent keeps to it by itself. */
export const LAST_WORD_BYTES = 12 * 1024;

const notKept = shape<NotKept>({
  files: needed(integer()),
  bytes: needed(integer()),
  named: orElse(
    list(
      shape<NotKept['named'][number]>({
        path: needed(text(200)),
        files: needed(integer()),
        bytes: needed(integer()),
        why: needed(oneOf('limit', 'many', 'ignored', 'input', 'unnamed')),
      }),
      8,
    ),
    [],
  ),
});

const counted = { files: needed(integer()), bytes: needed(integer()) };

const output = shape<HostFinal['outputs'][number]>({
  index: needed(integer(0, 19)),
  ...counted,
  instead: perhaps(shape<{ files: number; bytes: number }>(counted)),
});

const FIELDS: Fields<HostFinal> = {
  instance: perhaps(instance),
  code: needed(orNull(integer(-255, 4_294_967_295))),
  signal: needed(orNull(text(40))),
  stoppedBy: needed(orNull(oneOf('stop', 'notice', 'lease', 'alert', 'rebalance'))),
  tail: orElse(lastText(4096), ''),
  logBytes: orElse(integer(), 0),
  logUploaded: orElse(integer(), 0),
  step: orElse(maybeStep, null),
  firstStep: perhaps(maybeStep),
  stepsAnew: perhaps(yes),
  metrics: orElse(orNull(metrics), null),
  notFinite: perhaps(notFinite),
  unreadable: perhaps(unreadable),
  alerts: perhaps(alerts),
  savedAgain: perhaps(flag),
  stopAlert: perhaps(text(400)),
  checkpoint: orElse(orNull(toldCheckpoint), null),
  outputs: orElse(list(output, 20), []),
  problems: orElse(list(text(400), 21), []),
  warnings: perhaps(list(text(400), 5)),
  outputsLost: perhaps(text(400)),
  notKept: perhaps(notKept),
  notice: orElse(orNull(notice), null),
  lost: perhaps(flag),
};

/**
 * An agent's last word, as far as it is whole: undefined when it does not say how the process ended. What else of it cannot be read
 * is left out, and said to be.
 */
export function readHostFinal(value: unknown): HostFinal | undefined {
  const unread: string[] = [];
  const final = readFields(FIELDS, value, unread);
  if (!final) return undefined;
  if (unread.length > 0) {
    const problem = `the last word of the host could not be read whole: ${unread.join(', ')}`;
    final.problems = [problem, ...final.problems];
  }
  return fitFinal(final);
}

/** Of a host that has said its last word, in a way that cannot be read. */
export const unreadableFinal = (): HostFinal => ({
  code: null,
  signal: null,
  stoppedBy: null,
  tail: '',
  logBytes: 0,
  logUploaded: 0,
  step: null,
  metrics: null,
  checkpoint: null,
  outputs: [],
  problems: ['the last word of the host could not be read'],
  notice: null,
});

/** What a last word can do without, in this order: what S3 has, or what has been told before, comes first. */
const CUTS: ((final: HostFinal) => HostFinal)[] = [
  ({ alerts: _, ...final }) => final,
  ({ notFinite: _, ...final }) => final,
  (final) => ({ ...final, metrics: null }),
  (final) => (final.notKept ? { ...final, notKept: { ...final.notKept, named: [] } } : final),
  ({ warnings: _, ...final }) => final,
  (final) => ({ ...final, problems: few(final.problems) }),
  (final) => ({ ...final, tail: wellFormed(final.tail.slice(-400)) }),
  (final) => ({ ...final, problems: [], tail: '' }),
];

/** How many problems are left where all are too many, and characters of each. */
const FEW = { problems: 4, characters: 120 };

const few = (problems: string[]): string[] => [
  ...problems.slice(0, FEW.problems).map((problem) => wellFormed(problem.slice(0, FEW.characters))),
  ...(problems.length > FEW.problems ? [`and ${problems.length - FEW.problems} more`] : []),
];

function fitFinal(final: HostFinal): HostFinal {
  let fitted = final;
  for (const cut of CUTS) {
    if (jsonBytes(fitted) <= LAST_WORD_BYTES) break;
    fitted = cut(fitted);
  }
  return fitted;
}
