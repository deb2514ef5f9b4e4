import { shownId } from '../../../contract';
import type { OrderOptions } from '../..';
import type { Output } from './output';

/** Says once that a run takes its time with an order: a person who waits longer than usual wants to know what for. */
export const waiting = (out: Pick<Output, 'note'>, run: string): OrderOptions => ({
  onWait: () => out.note(`${shownId(run)} has not answered yet; a worker is there, so it is asked again, for a minute`),
});
