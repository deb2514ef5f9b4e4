import {
  type CodeSource,
  hostDir,
  type SyncRequest,
  snapshotKey,
  snapshotTimesKey,
  type TrainingActivities,
} from '../../contract';
import { askAgent } from '../host';
import {
  type ActivityDeps,
  type Beat,
  bytesInWords,
  countInWords,
  type SpecStore,
  userFailure,
  withHeartbeat,
} from '../step';
import { snapshotOfCommit } from './git';

/** How long the URL of a snapshot stays good; the download begins at once. */
const URL_SECONDS = 3600;

/** Lets the host fetch and unpack the run's code. A git commit is made a snapshot first, by the worker. */
export function createSyncCode(deps: ActivityDeps, specs: SpecStore): TrainingActivities['syncCode'] {
  return ({ host, lease }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const archive = await archiveOf(deps, spec.code, beat);
      const request: SyncRequest = { dir: hostDir(host.node.runKey, host.node.attempt, host.node.node), archive };
      const done = await askAgent(deps, {
        host,
        verb: 'sync',
        request,
        beat,
        lease,
        what: 'unpacking the code failed',
      });
      if (!archive) return { did: false, detail: 'no code' };
      return {
        did: true,
        detail: `${countInWords(done.files, 'file')} unpacked (${bytesInWords(archive.bytes)} packed)`,
      };
    });
}

async function archiveOf(deps: ActivityDeps, code: CodeSource, beat: Beat): Promise<SyncRequest['archive']> {
  if ('none' in code) return null;
  const { snapshot: sha256, times } = 'snapshot' in code ? code : await snapshotOfCommit(deps, code, beat);
  const key = snapshotKey(deps.settings.prefix, sha256);
  const found = await deps.store.head(key, { signal: beat.signal });
  if (!found) {
    throw userFailure(
      `the code snapshot ${sha256} is not in s3://${deps.store.bucket}/${key} any more: upload it again (trainctl snapshot DIR)`,
    );
  }
  const url = await deps.store.presignGet(key, { expiresSeconds: URL_SECONDS });
  return { sha256, bytes: found.bytes, url, ...(await timesOf(deps, times, beat)) };
}

/** Times that are not there any more are no reason to end a run whose code is. */
async function timesOf(
  deps: ActivityDeps,
  sha256: string | undefined,
  beat: Beat,
): Promise<{ times?: { url: string; sha256: string } }> {
  if (sha256 === undefined) return {};
  const key = snapshotTimesKey(deps.settings.prefix, sha256);
  if (!(await deps.store.head(key, { signal: beat.signal }))) return {};
  return { times: { sha256, url: await deps.store.presignGet(key, { expiresSeconds: URL_SECONDS }) } };
}
