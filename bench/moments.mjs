// `npm run bench:moments [-- --rounds 30] [--write]`: how long trainctl takes from a spot notice to TERM, to the request for a
// replacement, and to training again; and from a stop to TERM and to the request to terminate. Prints p50 and p95; then how
// many events a run and a simulated day put into a history. --write puts both into docs/performance.md. Each moment comes at
// a random phase of the agent's poll, else what is measured would be the same part of its period in every round.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, percentile } from './figures.mjs';
import { writeBlock } from './page.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { startStack } = require('../dist/local/stack');
const { createClient } = require('../dist/client');
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
const TRAIN = readFileSync(path.join(root, 'bench/train.sh'), 'utf8');
const now = () => Date.now() / 1000;
/** Between two looks of the agent at IMDS; a checkpoint, which every round waits for, is told in step with them. */
const POLL_MS = 2_000;
const atAnyPhase = () => sleep(Math.random() * POLL_MS);

/** What a run's script has printed so far, or all of it. */
async function said(run, attempt, word) {
  let text = '';
  for await (const chunk of run.log(attempt).readAvailable()) text += Buffer.from(chunk).toString();
  const line = new RegExp(`^${word} ([0-9.]+)$`, 'm').exec(text);
  return line ? Number(line[1]) : undefined;
}

async function until(what) {
  for (;;) {
    const found = await what();
    if (found) return found;
    await sleep(50);
  }
}

const start = (client, market) =>
  client.start({
    name: 'moments',
    command: ['bash', '-c', TRAIN],
    resources: { instanceTypes: ['g5.xlarge'], market },
    checkpoints: { every: '1s' },
    env: { BENCH_TURNS: '6000' },
  });

const checkpointed = (run) => until(async () => (await run.live(1).catch(() => undefined))?.checkpoint);

/** When the workflow's activity of that type was taken up by a worker. */
async function takenUp(client, run, type) {
  const { events } = await client.temporal.workflow.getHandle(run.run, run.address.runId).fetchHistory();
  const scheduled = events.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === type);
  const started = events.find((event) =>
    event.activityTaskStartedEventAttributes?.scheduledEventId?.eq(scheduled?.eventId ?? 0),
  );
  return Number(started.eventTime.seconds) + started.eventTime.nanos / 1e9;
}

async function interrupted(client, cloud) {
  const run = await start(client, 'spot');
  await checkpointed(run);
  const { attempts } = await run.status();
  await atAnyPhase();
  const notice = now();
  await fetch(`${cloud.url}/_local/instances/${attempts[0].instanceId}/interrupt`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.controlToken}` },
    body: '{"noticeSeconds":120}',
  });
  const { outcome } = await run.result();
  if (outcome !== 'succeeded') throw new Error(`${run.run} ended ${outcome}`);
  const { attempts: after } = await run.status();
  return {
    term: (await said(run, 1, 'TERM')) - notice,
    replacement: Date.parse(after[1].tries[0].at) / 1000 - notice,
    again: (await said(run, 2, 'START')) - notice,
  };
}

async function stopped(client) {
  const run = await start(client, 'on-demand');
  await checkpointed(run);
  await atAnyPhase();
  const asked = now();
  await run.stop();
  await run.result();
  return {
    stopTerm: (await said(run, 1, 'TERM')) - asked,
    terminate: (await takenUp(client, run, 'terminateAttempt')) - asked,
  };
}

const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bench-'));
const stack = await startStack({ home, detach: false });
const seen = [];
try {
  const client = await createClient({ env: { ...process.env, TRAINCTL_HOME: home } });
  for (let round = 1; round <= rounds; round++) {
    seen.push({ ...(await interrupted(client, stack.state.cloud)), ...(await stopped(client)) });
    const figures = Object.entries(seen.at(-1)).map(([name, seconds]) => `${name} ${seconds.toFixed(2)}`);
    console.error(`round ${round} of ${rounds}: ${figures.join(', ')}`);
  }
  await client.close();
} finally {
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
}

const ROWS = {
  'notice → TERM in the training process': 'term',
  'notice → replacement requested': 'replacement',
  'notice → training again': 'again',
  'stop → TERM in the training process': 'stopTerm',
  'stop → terminate requested': 'terminate',
};
const { stdout: day } = await promisify(execFile)(
  process.execPath,
  ['-r', './test/support/register.js', 'bench/day.ts'],
  { cwd: root },
);
const table = [
  '| | p50, s | p95, s | longest, s |',
  '|---|---|---|---|',
  ...Object.entries(ROWS).map(([title, name]) => {
    const list = seen.map((round) => round[name]);
    const cells = [median(list), percentile(list, 0.95), Math.max(...list)].map((seconds) => seconds.toFixed(2));
    return `| ${title} | ${cells.join(' | ')} |`;
  }),
  '',
  `${rounds} runs of each kind, each at a random phase of the agent's poll (every ${POLL_MS / 1000} s), on ${os.cpus().length} cores.`,
  '',
  day.trim(),
].join('\n');
console.log(table);
if (options.write) writeBlock('moments', table);
