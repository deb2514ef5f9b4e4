import type { Notice } from '../run/messages';
import type { Alert, AlertKind, MetricValue, NotFinite, UnreadableLines } from '../run/metrics';
import {
  finite,
  flag,
  integer,
  list,
  needed,
  oneOf,
  orElse,
  orNull,
  type Reader,
  record,
  shape,
  text,
  wholeText,
} from './reader';

/** What a host says of its training, as its agent counts (agent/trainctl_agent/streams). */

/** An instance's id. */
export const instance = wholeText(40);

/** A step beyond is none: the agent reads steps below 10^12. */
export const step = integer(0, 1e15);
export const maybeStep = orNull(step);

/** JSON has no infinite numbers, but a parser makes one of `1e999`. */
const metricValue: Reader<MetricValue> = (value) => {
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  return finite(value) ?? oneOf('NaN', 'Infinity', '-Infinity')(value);
};

export const metrics = record(metricValue, 64, 128);

const found = shape<NotFinite>({
  name: needed(text(128)),
  value: needed(oneOf('NaN', 'Infinity', '-Infinity')),
  times: orElse(integer(), 1),
  spells: orElse(integer(), 1),
  firstLine: orElse(integer(), 0),
  firstStep: orElse(maybeStep, null),
  lastStep: orElse(maybeStep, null),
  sinceStep: orElse(maybeStep, null),
  ongoing: orElse(flag, false),
});

/** The agent remembers 12. */
export const notFinite = list(found, 12);

export const unreadable = shape<UnreadableLines>({
  lines: needed(integer()),
  firstLine: needed(integer()),
  why: orElse(text(200), ''),
});

const ALERT_KINDS = ['nan', 'no-step', 'no-checkpoint', 'metrics'] as const satisfies readonly AlertKind[];
export const alertKind = oneOf<AlertKind>(...ALERT_KINDS);

/** An agent has 12 alerts in an attempt; a number past this is no agent's. */
export const alertNumber = integer(1, 100);

export const alert = shape<Alert>({
  number: needed(alertNumber),
  kind: needed(alertKind),
  message: needed(text(300)),
  at: orElse(text(40), ''),
});
export const alerts = list(alert, 12);

export const notice = shape<Notice>({
  source: needed(oneOf('spot', 'maintenance')),
  action: needed(text(60)),
  // One that is no time is taken as the usual two minutes.
  time: orElse(text(40), ''),
});
