export { accountOf, installationOf, recordOf, runSettingsOf } from './identity';
export { oldRuns } from './old-runs';
export { openRuns } from './open-runs';
export { changeInstallation, installationMemo, listInstallations, readInstallation, UnreadableRecord } from './record';
export { noSecret, otherThan, placeTaken, type Refusal, unreadable, whereOf } from './refusal';
