import { noneWords } from '../../../../../client/cli/commands/checkpoints/list';
import { at } from '../../../support/status-fixture';

it.each([
  [{}, 'digits has no checkpoint yet'],
  [{ endedAt: at(9) }, 'digits has no checkpoint'],
  [
    { endedAt: at(9), lastCheckpoint: { step: 600, attempt: 2, key: 'k' } },
    'digits had checkpoints, which are no longer in S3; the last was step 600 of attempt 2',
  ],
  [
    { lastCheckpoint: { step: null, number: 3, attempt: 1, key: 'k', at: at(9) } },
    'digits had checkpoints, which are no longer in S3; the last was checkpoint 3 of attempt 1, 12:00:09',
  ],
])('%j: %s', (more, text) => expect(noneWords({ run: 'digits', ...more })).toBe(text));
