import type { HostEvent } from '../run/messages';
import { moment } from './checkpoint';
import { alertKind, alertNumber, notice, step } from './figures';
import { asDocument, integer, needed, orNull, perhaps, type Reader, shape, text, wholeText } from './reader';

type Event<K extends HostEvent['event']['kind']> = Extract<HostEvent['event'], { kind: K }>;
type Said<K extends HostEvent['event']['kind']> = Omit<Event<K>, 'kind'>;

const nothing: Reader<object> = () => ({});

const READERS: { [K in HostEvent['event']['kind']]: Reader<Said<K>> } = {
  notice: shape<Said<'notice'>>({ notice: needed(notice) }),
  scheduled: shape<Said<'scheduled'>>({ notice: needed(orNull(notice)) }),
  disconnected: shape<Said<'disconnected'>>({ why: needed(text(300)) }),
  reconnected: shape<Said<'reconnected'>>({ address: perhaps(wholeText(255)) }),
  'first-step': shape<Said<'first-step'>>({ step: needed(step) }),
  'checkpoint-failed': shape<Said<'checkpoint-failed'>>({ why: needed(text(300)) }),
  // Its words come with where and when.
  alert: shape<Said<'alert'>>({ number: needed(alertNumber), alert: needed(alertKind), message: needed(text(400)) }),
  eta: shape<Said<'eta'>>({ at: needed(orNull(moment)) }),
  warning: shape<Said<'warning'>>({ message: needed(text(400)) }),
  uploading: nothing,
  stalled: nothing,
};

const event: Reader<HostEvent['event']> = (value) => {
  const kind = asDocument(value)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(READERS, kind)) return undefined;
  const said = READERS[kind as HostEvent['event']['kind']](value);
  return said && ({ ...said, kind } as HostEvent['event']);
};

/** The argument of the signal `hostEvent`; undefined for what is none, whoever sent it. */
export const readHostEvent = shape<HostEvent>({
  attempt: needed(integer(1)),
  node: needed(integer()),
  epoch: needed(integer()),
  sequence: needed(integer()),
  event: needed(event),
});
