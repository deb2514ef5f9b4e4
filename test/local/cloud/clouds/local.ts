import { conformance } from './contract';

/** The contract is what it is made for: it has no exception. */
export const local = () => conformance({ cloud: { name: 'the local cloud', patienceSeconds: 60 }, skip: [] });
