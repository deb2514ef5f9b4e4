/** Uploads in parts, which workers begin and join for hosts. */
export { type Noted, UploadNotes } from './notes';
export { etagsOf, faultOf, type PartSizes, partSizes } from './parts';
