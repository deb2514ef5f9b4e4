import type { CheckpointAnswer, CheckpointRef } from '../run/status';
import { maybeStep, step } from './figures';
import { type Fields, integer, needed, orElse, perhaps, type Reader, shape, text, wholeText } from './reader';

/** Of an agent's numbers; a number of more digits would not fit its key. */
export const checkpointNumber = integer(1, 1e15);

/** The key of a manifest. S3 takes keys of 1024 bytes. */
export const manifestKey = wholeText(1024);

/** A moment, ISO 8601. */
export const moment: Reader<string> = (value) =>
  typeof value === 'string' && value.length <= 40 && !Number.isNaN(Date.parse(value)) ? value : undefined;

/** What an agent tells of a checkpoint everywhere. */
export interface ToldCheckpoint extends Omit<CheckpointRef, 'attempt' | 'bytes' | 'stepEvery'> {
  bytes: number;
}

export const toldFields: Fields<ToldCheckpoint> = {
  step: orElse(maybeStep, null),
  key: needed(manifestKey),
  bytes: orElse(integer(), 0),
  number: perhaps(checkpointNumber),
  at: perhaps(moment),
  suspect: perhaps(text(300)),
};
export const toldCheckpoint = shape(toldFields);

const { bytes: _, ...common } = toldFields;

/** As it travels between steps and workflow. */
export const checkpointRef = shape<CheckpointRef>({
  ...common,
  attempt: needed(integer()),
  bytes: perhaps(integer()),
  stepEvery: perhaps(step),
});

export const checkpointAnswer = shape<CheckpointAnswer>({
  checkpoint: perhaps(checkpointRef),
  reason: perhaps(text(500)),
});
