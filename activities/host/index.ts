/** Work on a host that has been reached: its session, its agent, its lease, and what it may write. */
export { askAgent } from './ask-agent';
export { HostDeadline } from './deadline';
export { GRANT_SECONDS, grantsExpire, placeOf, signGrants } from './grants';
export { leaseLeft, renewalMs } from './lease';
export { hostNow } from './now';
export { withAgent } from './with-agent';
