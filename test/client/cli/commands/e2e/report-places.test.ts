import path from 'node:path';
import { placeFaults } from '../../../../../client/cli/commands/e2e/report-places';

test('a report needs a folder that is there, and is no folder itself', () => {
  expect(placeFaults({})).toEqual([]);
  expect(placeFaults({ junit: path.join(__dirname, 'new.xml'), html: 'new.html' })).toEqual([]);
  expect(placeFaults({ junit: path.join(__dirname, 'none/new.xml'), html: __dirname })).toEqual([
    { path: '--junit', message: `there is no folder ${path.join(__dirname, 'none')}` },
    { path: '--html', message: `wants a file, and ${__dirname} is a folder` },
  ]);
  expect(placeFaults({ html: path.join(__filename, 'new.html') })).toMatchObject([{ path: '--html' }]);
  expect(placeFaults({ junit: '' })).toMatchObject([{ path: '--junit' }]);
});
