/** For the reconciler, which looks at what undo looks at. */
export { survey } from './survey';
