import type { AttachEvent, LargeFile } from '../host/attach';
import type { Outlook } from '../run/metrics';
import { type ToldCheckpoint, toldFields } from './checkpoint';
import { alert, maybeStep, metrics, notice } from './figures';
import { readHostFinal, unreadableFinal } from './final';
import {
  asDocument,
  type Fields,
  finite,
  integer,
  needed,
  oneOf,
  orElse,
  orNull,
  perhaps,
  type Reader,
  shape,
  text,
  wholeText,
  yes,
} from './reader';

type Event<T extends AttachEvent['t']> = Extract<AttachEvent, { t: T }>;
type Said<T extends AttachEvent['t']> = Omit<Event<T>, 't'>;

export const phase = oneOf('starting', 'training', 'stopping', 'uploading', 'final');

/** A last word that cannot be read is one all the same: nobody trains there any more. */
const lastWord: Reader<Said<'final'>['final']> = (value) =>
  value === null || value === undefined ? undefined : (readHostFinal(value) ?? unreadableFinal());

export const outlook: Fields<Outlook> = {
  steps: perhaps(integer(1)),
  etaAt: perhaps(text(40)),
  measuredSeconds: perhaps(finite),
  stepSeconds: perhaps(finite),
};

const hello = shape<Said<'hello'>>({
  epoch: needed(integer()),
  phase: needed(phase),
  logBytes: orElse(integer(), 0),
  logUploaded: orElse(integer(), 0),
  step: orElse(maybeStep, null),
  final: orElse(orNull(lastWord), null),
});

const beat = shape<Said<'beat'>>({
  logBytes: needed(integer()),
  logUploaded: orElse(integer(), 0),
  step: orElse(maybeStep, null),
  metrics: orElse(orNull(metrics), null),
  firstStep: perhaps(maybeStep),
  stepsAnew: perhaps(yes),
  sent: perhaps(integer()),
  ...outlook,
});

const checkpoint = shape<ToldCheckpoint & Pick<Said<'checkpoint'>, 'seconds' | 'why'>>({
  ...toldFields,
  seconds: orElse(finite, 0),
  why: orElse(oneOf('periodic', 'asked', 'notice', 'stop', 'exit'), 'exit'),
});

/** An answer carries the id, and the object gets the name: cut ones would be others. */
const largeFields: Fields<LargeFile> = {
  id: needed(wholeText(200)),
  index: needed(integer(0, 19)),
  name: needed(wholeText(1024)),
  bytes: needed(integer(1)),
  own: perhaps(yes),
};

const READERS: { [T in AttachEvent['t']]: Reader<Said<T>> } = {
  hello,
  phase: shape<Said<'phase'>>({ phase: needed(phase) }),
  beat,
  checkpoint,
  'checkpoint-failed': shape<Said<'checkpoint-failed'>>({ message: needed(text(300)) }),
  alert,
  notice: shape<Said<'notice'>>({ notice: needed(notice) }),
  scheduled: shape<Said<'scheduled'>>({ notice: needed(orNull(notice)) }),
  warning: shape<Said<'warning'>>({ message: needed(text(400)) }),
  exit: shape<Said<'exit'>>({
    code: orElse(orNull(integer(-255, 4_294_967_295)), null),
    signal: orElse(orNull(text(40)), null),
    stoppedBy: orElse(orNull(oneOf('stop', 'notice', 'lease', 'alert', 'rebalance')), null),
  }),
  upload: shape<Said<'upload'>>({ done: needed(integer()), total: needed(integer()) }),
  large: shape<LargeFile>(largeFields),
  join: shape<LargeFile & { etags: string }>({ ...largeFields, etags: needed(wholeText(200)) }),
  final: (value) => {
    const final = lastWord(asDocument(value)?.final) ?? unreadableFinal();
    return { final };
  },
  superseded: shape<Said<'superseded'>>({ epoch: needed(integer()) }),
};

/** One line of `attach`; undefined for what this release does not know or cannot read. */
export function readAttachEvent(value: unknown): AttachEvent | undefined {
  const t = asDocument(value)?.t;
  if (typeof t !== 'string' || !Object.hasOwn(READERS, t)) return undefined;
  const said = READERS[t as AttachEvent['t']](value);
  return said && ({ ...said, t } as AttachEvent);
}
