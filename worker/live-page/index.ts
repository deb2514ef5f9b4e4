/** What a host writes of itself, on the page of its run in the Temporal UI. */
export { livePageCodec, type ReadLivePage } from './codec';
export { livePageReader } from './read';
