// `npm run bench [-- --rounds 5] [--write]`: trainctl beside a plain shell script that does the same steps by hand
// (baseline.sh), on one local cloud, in turn. Prints medians and ratios; --write puts them into docs/performance.md.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, percentile } from './figures.mjs';
import { writeBlock } from './page.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { startStack, stackEnv } = require('../dist/local/stack');
const run = promisify(execFile);
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});
const rounds = Number(options.rounds);
const CLI = path.join(root, 'dist/client/cli/main.js');
/** A type that is offered everywhere, on spot. */
const TYPE = 'g5.xlarge';

const home = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bench-'));
const env = { ...process.env, TRAINCTL_HOME: home, NO_COLOR: '1', AWS_PAGER: '' };
const project = mkdtempSync(path.join(os.tmpdir(), 'trainctl-bench-project-'));
writeFileSync(path.join(project, 'train.sh'), readFileSync(path.join(root, 'bench/train.sh')), { mode: 0o755 });

const cli = async (...args) =>
  (await run(process.execPath, [CLI, ...args], { env, cwd: project, maxBuffer: 1 << 27 })).stdout;
const now = () => Date.now() / 1000;

let runs = 0;

/** Starts a run and gives each of its JSON lines, with the moment it came, to `onLine`. */
function follow(spec, onLine) {
  const id = `bench-${++runs}`;
  const args = ['run', '--json', '--yes', '--id', id, ...spec, '--', 'bash', 'train.sh'];
  const child = spawn(process.execPath, [CLI, ...args], { env, cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let rest = '';
    let last;
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        last = JSON.parse(line);
        onLine(last, id);
      }
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, result: last, at: now() }));
  });
}

const SPOT = [
  '--set',
  'resources.market=spot',
  '--set',
  `resources.instanceTypes=["${TYPE}"]`,
  '--set',
  'checkpoints.every=1s',
];
const logged = async (id, word, which) => {
  const all = [...(await cli('logs', id)).matchAll(new RegExp(`^${word} ([0-9.]+)$`, 'gm'))].map((match) =>
    Number(match[1]),
  );
  return all.at(which);
};
const launchedAt = async (id) => {
  const status = JSON.parse(await cli('status', id, '--json'));
  return { status, at: Date.parse(status.attempts[0].tries[0].at) / 1000 };
};

async function productRun() {
  const { result, at } = await follow(SPOT, () => undefined);
  const { at: launch } = await launchedAt(result.run);
  return {
    start: (await logged(result.run, 'START', 0)) - launch,
    outcome: at - (await logged(result.run, 'END', -1)),
    id: result.run,
  };
}

async function productInterrupt(cloud) {
  let notice;
  const { result } = await follow([...SPOT, '--env', 'BENCH_TURNS=6000'], async (line, id) => {
    if (line.event !== 'checkpoint' || notice) return;
    notice = now();
    const status = JSON.parse(await cli('status', id, '--json'));
    notice = now();
    await fetch(`${cloud.url}/_local/instances/${status.attempts[0].instanceId}/interrupt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cloud.controlToken}` },
      body: '{"noticeSeconds":120}',
    });
  });
  return { resumed: (await logged(result.run, 'START', -1)) - notice, id: result.run };
}

async function productStop() {
  let stop;
  let done;
  const { result, at } = await follow([...SPOT, '--env', 'BENCH_TURNS=6000'], (line, id) => {
    if (stop || line.event !== 'log' || !line.line?.startsWith('START')) return;
    stop = now();
    done = cli('stop', id).catch(() => undefined);
  });
  await done;
  return { stopped: at - stop, id: result.run };
}
async function baseline(mode, state, extra = {}) {
  const { stdout } = await run('bash', [path.join(root, 'bench/baseline.sh'), mode, project, state.cloud.bucket], {
    env: {
      ...env,
      ...stackEnv(state),
      BASELINE_SSH_PORT: String(state.cloud.sshPort),
      BASELINE_USER: state.cloud.user,
      BASELINE_TOKEN: state.cloud.controlToken,
      BASELINE_IMAGE: 'resolve:ssm:/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
      BASELINE_TYPE: TYPE,
      BASELINE_COMMAND: 'bash train.sh',
      ...extra,
    },
    maxBuffer: 1 << 26,
  });
  return Object.fromEntries(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name, at]) => [name, Number(at)]),
  );
}

async function eventsOf(id, state) {
  const { stdout } = await run(state.temporal.binary, [
    'workflow',
    'describe',
    '-w',
    id,
    '--address',
    state.temporal.address,
    '-o',
    'json',
  ]);
  return Number(JSON.parse(stdout).workflowExecutionInfo.historyLength);
}

const rows = {
  'launch → first training line': [],
  'exit → outcome, nothing left': [],
  'notice → training again': [],
  'stop → terminated': [],
};
const add = (name, ours, theirs) => {
  rows[name].push([ours, theirs]);
  console.error(`  ${name}: ${ours.toFixed(2)} s, by hand ${theirs.toFixed(2)} s`);
};
const stack = await startStack({ home, detach: false });
try {
  const { state } = stack;
  const events = {};
  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    const ours = await productRun();
    const theirs = await baseline('run', state);
    add('launch → first training line', ours.start, theirs.training - theirs.launch);
    add('exit → outcome, nothing left', ours.outcome, theirs.outcome - theirs.exit);
    events['a run without trouble'] = await eventsOf(ours.id, state);

    const moved = await productInterrupt(state.cloud);
    const movedByHand = await baseline('interrupt', state, { BENCH_TURNS: '6000' });
    add('notice → training again', moved.resumed, movedByHand.resumed - movedByHand.notice);
    events['a run with one interruption'] = await eventsOf(moved.id, state);

    const stopped = await productStop();
    const stoppedByHand = await baseline('stop', state, { BENCH_TURNS: '6000' });
    add('stop → terminated', stopped.stopped, stoppedByHand.terminated - stoppedByHand.stop);
  }
  const table = [
    '| | trainctl, median s (p95) | by hand, median s (p95) | ratio of medians |',
    '|---|---|---|---|',
    ...Object.entries(rows).map(([name, pairs]) => {
      const [ours, theirs] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)];
      const cell = (list) => `${median(list).toFixed(2)} (${percentile(list, 0.95).toFixed(2)})`;
      return `| ${name} | ${cell(ours)} | ${cell(theirs)} | ${(median(ours) / median(theirs)).toFixed(2)} |`;
    }),
    '',
    `Events in the history: ${Object.entries(events)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}.`,
  ].join('\n');
  console.log(table);
  if (options.write) {
    writeBlock('bench', `${table}\n\n${rounds} rounds, in turn, on ${os.cpus().length} cores.`);
  }
} finally {
  await stack.stop();
  rmSync(home, { recursive: true, force: true });
  rmSync(project, { recursive: true, force: true });
}
