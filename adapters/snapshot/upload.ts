import { Readable } from 'node:stream';
import { snapshotKey, snapshotTimesKey } from '../../contract';
import { type PackOptions, packSelection } from './pack';
import { selectFiles } from './select';
import type { Selection, SnapshotStore, UploadedSnapshot } from './types';

/**
 * Puts a folder's snapshot, and the times of its files beside it, where runs find them; sends nothing that is there already.
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
    const { sha256: snapshot, times, warnings } = packed;
    const key = snapshotKey(prefix, snapshot);
    const timesKey = snapshotTimesKey(prefix, times.sha256);
    const uploaded = !(await store.head(key));
    if (uploaded) await store.upload(key, packed.tarGz(), { contentType: 'application/gzip' });
    if (!(await store.head(timesKey)))
      await store.upload(timesKey, Readable.from([times.gz]), { contentType: 'application/gzip' });
    return { snapshot, times: times.sha256, key, selection, warnings, uploaded };
  } finally {
    await packed.close();
  }
}
