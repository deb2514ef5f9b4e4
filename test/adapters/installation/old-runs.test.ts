import type { Client } from '@temporalio/client';
import { oldRuns } from '../../../adapters/installation';
import { INSTALLATION_MEMO } from '../../../contract';

/** Temporal with a record of the installation `default`, if any, and two open runs on the queue of all. */
function temporal(record: string | undefined) {
  const asked: string[] = [];
  const memo = record === undefined ? undefined : { fields: { [INSTALLATION_MEMO]: { data: Buffer.from(record) } } };
  const gone = Object.assign(new Error('no schedule'), { code: 5, details: 'no schedule', metadata: {} });
  const client = {
    options: { namespace: 'ns' },
    workflowService: {
      describeSchedule: async () => {
        if (record === 'none') throw gone;
        return { schedule: { action: { startWorkflow: { memo } } } };
      },
    },
    workflow: {
      count: async (query: string) => {
        asked.push(query);
        return { count: 2 };
      },
    },
  };
  return { client: client as unknown as Client, asked };
}

const recorded = {
  name: 'default',
  cloud: 'local',
  region: 'r',
  bucket: 'b',
  prefix: '',
  secret: 'f'.repeat(16),
  recordedAt: '2026-11-30T10:00:00.000Z',
};

it.each(['none', undefined])(
  'counts what is open on the queue of all, where no installation has it (record: %s)',
  async (record) => {
    const { client, asked } = temporal(record);
    expect(await oldRuns(client, 'team')).toBe(2);
    expect(asked).toEqual([expect.stringContaining('TaskQueue = "trainctl"')]);
  },
);

it.each([
  ['the installation whose queue it is', 'default', undefined],
  ['one beside it', 'team', JSON.stringify(recorded)],
  ['one beside it whose record nobody can read', 'team', '7'],
])('says nothing to %s', async (_, installation, record) => {
  expect(await oldRuns(temporal(record).client, installation)).toBe(0);
});
