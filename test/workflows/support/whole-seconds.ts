import { msToNumber } from '@temporalio/common/lib/time';
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

/** Milliseconds: less than the server's clock has, and kept by it. */
const FRACTION = 0.5;

/**
 * The time-skipping server takes a `scheduleToCloseTimeout` that would be over on a whole second for none, and then repeats the
 * activity for ever (`TestServiceRetryState` of test server 1.38.0 asks whether the nanoseconds of that moment are 0). Its clock
 * is one of milliseconds, so that met one activity in a thousand. With a fraction of a millisecond it meets none.
 */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity(input, next) {
        const { scheduleToCloseTimeout } = input.options;
        if (scheduleToCloseTimeout === undefined) return next(input);
        const never = msToNumber(scheduleToCloseTimeout) + FRACTION;
        return next({ ...input, options: { ...input.options, scheduleToCloseTimeout: never } });
      },
    },
  ],
});
