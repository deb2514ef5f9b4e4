import type { Live } from '../run/status';
import { outlook, phase } from './attach';
import { toldFields } from './checkpoint';
import { instance, metrics, notFinite, notice, step, unreadable } from './figures';
import { integer, needed, orElse, orNull, perhaps, shape, text } from './reader';

/** More than any agent writes: whoever reads the object stops there. Bytes. */
export const LIVE_BYTES = 256 * 1024;

/** `live.json`, as far as it can be read; undefined when it says neither when nor of which attempt. */
export const readLive = shape<Live>({
  at: needed(text(40)),
  attempt: needed(integer()),
  node: orElse(integer(), 0),
  instance: perhaps(instance),
  phase: needed(phase),
  step: perhaps(step),
  metrics: perhaps(metrics),
  notFinite: perhaps(notFinite),
  unreadable: perhaps(unreadable),
  logBytes: orElse(integer(), 0),
  logUploaded: orElse(integer(), 0),
  checkpoint: perhaps(shape<NonNullable<Live['checkpoint']>>({ ...toldFields, at: orElse(text(40), '') })),
  notice: perhaps(notice),
  exit: perhaps(
    shape<NonNullable<Live['exit']>>({
      code: needed(orNull(integer(-255, 4_294_967_295))),
      signal: orElse(orNull(text(40)), null),
    }),
  ),
  ...outlook,
});
