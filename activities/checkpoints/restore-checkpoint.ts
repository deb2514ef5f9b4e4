import {
  type CheckpointRef,
  checkpointMarks,
  checkpointWords,
  hostDir,
  type RestoreRequest,
  type RestoreResult,
  type TrainingActivities,
} from '../../contract';
import { askAgent } from '../host';
import { type ActivityDeps, countInWords, type SpecStore, withHeartbeat } from '../step';
import { findCandidates, type Offer } from './candidates';
import type { JudgedCheckpoint } from './judged';

/** Checkpoints that are offered to the host at once; when it can use none of them, the next so many are. */
const AT_ONCE = 5;

/** Of those that were passed over, so many are named, each in so many characters. */
const NAMED = 5;
const WHY = 500;

/** Finds the newest checkpoint of the run in S3 that the host can verify and put in place. */
export function createRestoreCheckpoint(deps: ActivityDeps, specs: SpecStore): TrainingActivities['restoreCheckpoint'] {
  return ({ host, lease, lineage }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const { runKey, attempt, node } = host.node;
      const offer = await findCandidates(deps, host.node, node, lineage, beat.signal);
      const damaged = [...offer.damaged];
      for (let from = 0; from < offer.judged.length; from += AT_ONCE) {
        const batch = offer.judged.slice(from, from + AT_ONCE);
        const request: RestoreRequest = {
          dir: hostDir(runKey, attempt, node),
          checkpointsDir: spec.checkpoints.dir,
          held: true,
          candidates: await Promise.all(batch.map(offer.sign)),
        };
        const what = 'restoring a checkpoint failed';
        const done = await askAgent(deps, { host, verb: 'restore', request, beat, lease, what });
        damaged.push(...done.damaged);
        // An agent that had restored one before answers with that one.
        const used = offer.judged.find(({ key }) => key === done.key);
        if (done.key !== null && done.attempt !== null) return restored(done, used, damaged, offer);
      }
      const detail = `from the beginning${asides(damaged.length, offer)}`;
      return { did: false, detail, checkpoint: null, damaged: inWords(damaged) };
    });
}

function restored(
  { step, attempt, key, bytes, files, ...done }: RestoreResult,
  used: JudgedCheckpoint | undefined,
  damaged: RestoreResult['damaged'],
  offer: Offer,
) {
  const number = used?.facts?.number ?? done.number;
  const suspect = used?.facts?.suspect ?? done.suspect;
  const { at, stepEvery } = used?.facts ?? {};
  const checkpoint: CheckpointRef = {
    step,
    attempt: attempt ?? 0,
    key: key ?? '',
    bytes,
    ...checkpointMarks({ number, at, stepEvery, suspect: suspect?.slice(0, 300) }),
  };
  const doubt = checkpoint.suspect === undefined ? '' : `, suspect: ${checkpoint.suspect}`;
  const detail = `${checkpointWords(checkpoint)}, ${countInWords(files, 'file')} verified${doubt}${asides(damaged.length, offer)}`;
  return { did: true, detail, checkpoint, damaged: inWords(damaged) };
}

/** Such as ` (1 damaged one passed over, 2 that failed to resume left out)`. */
function asides(damaged: number, { leftOut, foreign }: Offer): string {
  const parts = [
    ...(damaged > 0 ? [`${countInWords(damaged, 'damaged one')} passed over`] : []),
    ...(leftOut > 0 ? [`${leftOut} that failed to resume left out`] : []),
    ...(foreign > 0 ? [`${foreign} from before a reset left out`] : []),
  ];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

const inWords = (damaged: RestoreResult['damaged']): string[] =>
  damaged.slice(0, NAMED).map(({ key, why }) => `${key}: ${why}`.slice(0, WHY));
