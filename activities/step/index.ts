/** What every step works with. */
export { withOwnFaultsFinal, withPlainAwsErrors } from './aws-errors';
export { type ActivityDeps, createDeps, type DepsArgs, type Log } from './deps';
export { instanceLost, lastBytes, messageOf, misconfigured, passing, userFailure } from './failures';
export { type Beat, withHeartbeat, withSigns } from './heartbeat';
export { SpecStore, specSha256 } from './spec-store';
export { bytesInWords, countInWords, secondsInWords } from './units';
