import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';
import { stackState } from '../../support/stack';

jest.setTimeout(300_000);

const HOSTILE = '$5 or $6 <b>bold</b> {workflowId} [a](http://b) -- *x* | `y` ``` it\'s "z"';

const TRAIN = `
import json, os, time
print(${JSON.stringify(HOSTILE)}, flush=True)
for step in range(1, 100000):
    with open(os.environ['TRAINCTL_METRICS'], 'a') as f:
        f.write(json.dumps({'step': step, 'steps': 100000, 'a|$b$ c$': 2}) + '\\n')
    time.sleep(0.2)
`;

/** What the UI's own renderer makes of a page: its text, and the elements in it. */
async function rendered(page: string): Promise<{ text: string; elements: string[] }> {
  const response = await fetch(`${stackState().temporal.uiUrl}/render?content=${encodeURIComponent(page)}`);
  const html = (await response.text()).split('<main>')[1]?.split('</main>')[0] ?? '';
  const elements = [...html.matchAll(/<([a-z0-9]+)/g)].map(([, name]) => name ?? '');
  const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  const text = html
    .replace(/<[^>]*>/g, '')
    .replace(/&(#\d+|[a-z]+);/g, (all, name: string) =>
      name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : (named[name] ?? all),
    );
  return { text, elements: [...new Set(elements)].sort() };
}

/** What the Temporal UI asks for each time somebody looks. */
const look = async (run: WorkflowHandle): Promise<string> =>
  ((await run.query('__temporal_workflow_metadata')) as { currentDetails: string }).currentDetails;

const stepOn = (page: string): number => Number(/step (\d+) of/.exec(page)?.[1]);

async function lookUntil(run: WorkflowHandle, is: (page: string) => boolean): Promise<string> {
  for (const began = Date.now(); ; ) {
    const page = await look(run);
    if (is(page)) return page;
    if (Date.now() - began > 100_000) throw new Error(`the page does not become what it should:\n${page}`);
    await sleep(500);
  }
}

test('the page of a run in the Temporal UI tells what its host does, as text, for no event; stopped, it is Canceled', async () => {
  const dir = await project({ 'train.py': TRAIN });
  const words = ['python3', 'train.py', '--config', 'a  b', '--at', '1/2...', '$x$'];
  const { run: id } = lastJson<{ run: string }>(
    await trainctl(['run', '--detach', '--json', '--yes', '--', ...words], { cwd: dir }),
  );
  const { address, namespace } = stackState().temporal;
  const connection = await Connection.connect({ address });
  try {
    const run = new Client({ connection, namespace }).workflow.getHandle(id);
    const page = await lookUntil(run, (now) => ['of 100000', 'as of', '$5 or $6'].every((word) => now.includes(word)));
    const { text, elements } = await rendered(page);
    expect(text).toContain("python3 train.py --config 'a  b' --at 1/2... '$x$'");
    expect(text).toMatch(/step \d+ of 100000.* · a\|\$b\$ c\$ 2/);
    expect(text.replaceAll('\u2060', '')).toContain(HOSTILE);
    expect(text).toMatch(/as of \d\d:\d\d:\d\d UTC/);
    expect(text).toMatch(/cost: \$\d\.\d+ at .* and \$\d\.\d+ an hour since then/);
    expect(elements.filter((name) => ['a', 'b', 'img', 'script', 'span'].includes(name))).toEqual([]);
    // A later look tells of a later step, and has cost no event; what the host tells the run meanwhile, such as an expected end, does.
    let cost = Number.POSITIVE_INFINITY;
    for (let tries = 0; cost > 0 && tries < 20; tries += 1) {
      const before = (await run.describe()).historyLength;
      const step = stepOn(await look(run));
      await lookUntil(run, (now) => stepOn(now) > step);
      cost = (await run.describe()).historyLength - before;
    }
    expect(cost).toBe(0);

    const described = await run.describe();
    expect((await rendered((await described.staticSummary()) ?? '')).text).toContain("--at 1/2... '$x$'");
    expect((await rendered((await described.staticDetails()) ?? '')).text).toContain(
      "python3 train.py --config 'a  b' --at 1/2... '$x$'",
    );

    expect((await trainctl(['stop', id])).code).toBe(0);
    expect((await trainctl(['status', id, '--wait'])).code).toBe(11);
    expect((await run.describe()).status.name).toBe('CANCELLED');
    const { events } = await run.fetchHistory();
    for (const { timerStartedEventAttributes, activityTaskScheduledEventAttributes, userMetadata } of events ?? [])
      if (timerStartedEventAttributes ?? activityTaskScheduledEventAttributes)
        expect(userMetadata?.summary?.data?.length).toBeGreaterThan(2);
    expect(await look(run)).toContain('### cancelled\n\n```\nstopped by request\n```');
  } finally {
    await connection.close();
  }
  expect(await aliveOf(id)).toEqual([]);
});
