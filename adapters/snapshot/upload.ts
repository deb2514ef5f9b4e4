import { Readable } from 'node:stream';
import { snapshotKey, snapshotTimesKey } from '../../contract';
import { type PackOptions, packSelection } from './pack';
import { selectFiles } from './select';
import type { Selection, SnapshotStore, UploadedSnapshot } from './types';

/**
 * What was sent longer ago is sent again, so that the age of code in S3 is that of its last sending, to a day: `trainctl snapshot
 * prune` may believe it. Milliseconds.
 */
const SENT_ANEW_AFTER = 24 * 3600 * 1000;

/**
 * Puts a folder's snapshot, and the times of its files beside it, where runs find them; sends nothing that is there already, from
 * a day ago at the most.
 * @param source A folder, or what was selected of it before.
 * @param prefix The installation's key prefix.
 */
export async function uploadSnapshot(
  source: string | Selection,
  store: SnapshotStore,
  prefix: string,
  options: PackOptions = {},
): Promise<UploadedSnapshot> {
  const selection = typeof source === 'string' ? await selectFiles(source) : source;
  const packed = await packSelection(selection, options);
  try {
    const { sha256: snapshot, times, warnings, files, bytes } = packed;
    const key = snapshotKey(prefix, snapshot);
    const timesKey = snapshotTimesKey(prefix, times.sha256);
    const now = Date.now();
    const there = async (at: string): Promise<boolean> => {
      const found = await store.head(at);
      return !!found && now - (found.modifiedAt ?? now) < SENT_ANEW_AFTER;
    };
    const uploaded = !(await there(key));
    if (uploaded) await store.upload(key, packed.tarGz(), { contentType: 'application/gzip' });
    if (!(await there(timesKey)))
      await store.upload(timesKey, Readable.from([times.gz]), { contentType: 'application/gzip' });
    return { snapshot, times: times.sha256, key, selection, warnings, files, bytes, uploaded };
  } finally {
    await packed.close();
  }
}
