/** For undo, which repeats a launch whose result is unknown. */
export { prepareLaunch } from './prepare';
export { sendLaunch } from './send';
