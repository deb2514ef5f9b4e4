import type { ActivityDeps } from '../../activities';
import { isMadeSuiteTag } from '../../contract';

type Deps = Pick<ActivityDeps, 'store' | 'settings' | 'log'>;

/** How long the report of a suite is kept. Days: a quarter of nights to compare with. */
export const REPORT_DAYS = 90;

/** Where all reports are. */
export const reportsPrefix = (prefix: string): string => `${prefix}e2e-reports/`;

/**
 * Removes reports of which nothing was written for so long. The next suite does it when its own is stored: what fails is tried then again.
 * What lies there without the tag of a suite is somebody's own.
 */
export async function removeOldReports({ store, settings, log }: Deps, now = Date.now()): Promise<void> {
  const folder = reportsPrefix(settings.prefix);
  try {
    const reports = new Map<string, { keys: string[]; newest: number }>();
    for await (const { key, modifiedAt } of store.list(folder)) {
      const [tag = '', name] = key.slice(folder.length).split('/');
      if (name === undefined || !isMadeSuiteTag(tag)) continue;
      const report = reports.get(tag) ?? { keys: [], newest: 0 };
      report.keys.push(key);
      report.newest = Math.max(report.newest, modifiedAt);
      reports.set(tag, report);
    }
    const old = [...reports.values()].filter(({ newest }) => now - newest > REPORT_DAYS * 86_400_000);
    if (old.length > 0) await store.delete(old.flatMap(({ keys }) => keys));
  } catch (error) {
    log.warn({ error: String(error) }, 'old reports of suites are not removed');
  }
}
