export { compareSnapshots, type SnapshotDifference } from './compare';
export { SnapshotError } from './errors';
export { commitOf } from './git';
export { shownName } from './names';
export { packSelection } from './pack';
export { selectFiles } from './select';
export type {
  PackedSelection,
  PackedTimes,
  Selection,
  SkippedEntry,
  SnapshotFile,
  SnapshotStore,
  UploadedSnapshot,
} from './types';
export { uploadSnapshot } from './upload';
