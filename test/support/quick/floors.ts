import type { Floors } from './scale';

/** Real hosts, real SSH, two cores: shorter ones would strike where nothing is wrong. */
export const REAL: Floors = {
  startToClose: 8_000,
  heartbeat: 6_000,
  scheduleToClose: 40_000,
  firstRetry: 200,
  lastRetry: 2_000,
};

/** Activities in memory. */
export const MEMORY: Floors = {
  startToClose: 3_000,
  heartbeat: 3_000,
  scheduleToClose: 15_000,
  firstRetry: 50,
  lastRetry: 500,
};
