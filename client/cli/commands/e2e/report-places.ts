import { statSync } from 'node:fs';
import path from 'node:path';
import type { SpecFault } from '../../../../contract';
import type { ReportFiles } from './ending';

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}

/** That a report has no place is said before money is spent on it. */
export function placeFaults({ junit, html }: ReportFiles): SpecFault[] {
  return Object.entries({ '--junit': junit, '--html': html }).flatMap(([option, file]) => {
    if (file === undefined) return [];
    const whole = path.resolve(file);
    if (isFolder(whole)) return [{ path: option, message: `wants a file, and ${whole} is a folder` }];
    const folder = path.dirname(whole);
    return isFolder(folder) ? [] : [{ path: option, message: `there is no folder ${folder}` }];
  });
}
