export { namesCredential } from './by-name';
export { holdsCredential } from './by-shape';
