import { snapshotKey } from '../../contract';
import { packSelection } from './pack';
import { selectFiles } from './select';
import type { Selection, SnapshotStore, UploadedSnapshot } from './types';

/**
 * Puts a folder's snapshot where runs find it; sends nothing when it is there already.
 * @param source A folder, or what was selected of it before.
 * @param prefix The installation's key prefix.
 * @throws FileChangedError when a file changed meanwhile; nothing is then stored.
 */
export async function uploadSnapshot(
  source: string | Selection,
  store: SnapshotStore,
  prefix: string,
): Promise<UploadedSnapshot> {
  const selection = typeof source === 'string' ? await selectFiles(source) : source;
  const packed = packSelection(selection);
  const snapshot = await packed.sha256();
  const key = snapshotKey(prefix, snapshot);
  if (await store.head(key)) return { snapshot, key, selection, uploaded: false };
  await store.upload(key, packed.tarGz(), { contentType: 'application/gzip' });
  return { snapshot, key, selection, uploaded: true };
}
