import type { StageStatus } from '../../../contract';
import type { Link } from '../../rules/chains';
import type { Attempt } from './attempt';

/** An attempt, as the rules about chains of them see it. */
export function linkOf(attempt: Attempt): Link {
  const { status, trained, outlook, restored } = attempt;
  const { stages, placement, instanceId, address, firstStep, lastCheckpoint } = status;
  const training = stages.find(({ name }) => name === 'train');
  const failed = stages.find(({ state }) => state === 'failed') ?? stages.findLast(({ name }) => name !== 'cleanup');
  return {
    end: outlook,
    trained,
    progressed: firstStep !== undefined || (lastCheckpoint !== undefined && lastCheckpoint.key !== restored?.key),
    seconds: training ? (ended(training) - Date.parse(training.startedAt)) / 1000 : 0,
    stage: failed?.name,
    placement,
    instanceId,
    address,
  };
}

const ended = ({ endedAt }: StageStatus): number => (endedAt === undefined ? Date.now() : Date.parse(endedAt));
