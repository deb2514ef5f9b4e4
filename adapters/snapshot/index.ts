export { FileChangedError, SnapshotError } from './errors';
export { packSelection } from './pack';
export { selectFiles } from './select';
export type {
  PackedSelection,
  Selection,
  SkippedEntry,
  SnapshotFile,
  SnapshotStore,
  UploadedSnapshot,
} from './types';
export { uploadSnapshot } from './upload';
