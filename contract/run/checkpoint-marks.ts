import type { CheckpointRef } from './status';

type Marks = Pick<CheckpointRef, 'number' | 'at' | 'suspect' | 'stepEvery'>;

/** What a {@link CheckpointRef} may say beside what it always does, as far as it is known: nothing is there as `undefined`. */
export function checkpointMarks({
  number,
  at,
  suspect,
  stepEvery,
}: { [Name in keyof Marks]: Marks[Name] | undefined }): Marks {
  return {
    ...(number === undefined ? {} : { number }),
    ...(at === undefined ? {} : { at }),
    ...(suspect === undefined ? {} : { suspect }),
    ...(stepEvery === undefined ? {} : { stepEvery }),
  };
}
