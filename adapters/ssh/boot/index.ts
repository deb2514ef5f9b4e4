export { STATE_DIR } from './deadman';
export { type BootArgs, UserDataTooLargeError, userData } from './user-data';
