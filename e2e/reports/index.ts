/** A suite's result for terminals, CI systems and browsers: pure functions of `SuiteResult`. */
import type { SuiteResult } from '../../contract';

export { htmlPage } from './html';
export { junitXml } from './junit';
export { scenarioText, suiteText } from './text';
export { counted, dollars, firstFailures, seconds, whySkipped } from './words';

/** The result itself, for programs. */
export const jsonReport = (result: SuiteResult): string => `${JSON.stringify(result, null, 2)}\n`;
