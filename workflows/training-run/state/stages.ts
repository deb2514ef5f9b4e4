import type { StageName, StageStatus } from '../../../contract';
import { iso, shorten } from '../../rules/texts';

export const openStage = (name: StageName): StageStatus => ({ name, state: 'running', startedAt: iso(Date.now()) });

export function skippedStage(name: StageName, why: string): StageStatus {
  const at = iso(Date.now());
  return { name, state: 'skipped', startedAt: at, endedAt: at, detail: why };
}

/** A stage that was given up stays so, even if its activity answers later. */
export function closeStage(stage: StageStatus, state: StageStatus['state'], detail: string | undefined): void {
  if (stage.endedAt) return;
  stage.state = state;
  stage.endedAt = iso(Date.now());
  if (detail) stage.detail = shorten(detail, 200);
}
