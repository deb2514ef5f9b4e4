import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  AgentError,
  attachAgent,
  ConnectionLostError,
  callAgent,
  type HostSession,
  openSession,
  placeAgent,
} from '../../../adapters/ssh';
import { agentPath } from '../../../contract';
import { startHost, until } from './support/host';

/** Answers as its request says. */
const SOURCE = Buffer.from(`
import json, sys, time
verb, request = sys.argv[1], json.load(sys.stdin)
for line in request.get("say", []):
    print(line if isinstance(line, str) else json.dumps(line))
sys.stdout.flush()
time.sleep(request.get("sleep", 0))
sys.stderr.write(request.get("err", ""))
if "answer" in request:
    print(json.dumps(request["answer"]))
sys.exit(request.get("code", 0))
`);
const agent = { source: SOURCE, sha256: createHash('sha256').update(SOURCE).digest('hex') };

const PROBE = { python: '3.11', uv: null, cpus: 2, memoryBytes: 1, diskFreeBytes: 1, gpus: [] };

let host: Awaited<ReturnType<typeof startHost>>;
let session: HostSession;
beforeAll(async () => {
  host = await startHost();
  session = await openSession(host.target);
  await placeAgent(session, agent);
});
afterAll(async () => {
  session.close();
  await host.close();
});

const call = (request: object, onProgress?: (p: { message: string }) => void) =>
  callAgent(session, agent.sha256, 'probe', request, onProgress ? { onProgress } : {});

test('the agent is placed once, and again when it is damaged', async () => {
  const file = path.join(host.home, agentPath(agent.sha256));
  expect(await placeAgent(session, agent)).toBe(false);
  truncateSync(file, 10);
  expect(await placeAgent(session, agent)).toBe(true);
  expect(readFileSync(file).equals(SOURCE)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o700);
});

test.each(['of the same length', 'of another length', 'that is gone'])(
  'a file %s is never run as the agent',
  async (how) => {
    const file = path.join(host.home, agentPath(agent.sha256));
    if (how === 'that is gone') rmSync(file);
    else writeFileSync(file, Buffer.alloc(SOURCE.length + (how === 'of another length' ? 1 : 0), '#'));
    const error = await call({ answer: { t: 'result', result: PROBE } }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'AgentNotWholeError', differs: how !== 'that is gone' });
    const attached = await attachAgent(session, agent.sha256, { dir: 'x', epoch: 1 });
    await expect(attached.events[Symbol.asyncIterator]().next()).rejects.toMatchObject({ name: 'AgentNotWholeError' });
    expect(await placeAgent(session, agent)).toBe(true);
    expect(await call({ answer: { t: 'result', result: PROBE } })).toEqual(PROBE);
  },
);

test('a tool of the training on PATH compares nothing', async () => {
  const file = path.join(host.home, agentPath(agent.sha256));
  writeFileSync(file, Buffer.alloc(SOURCE.length, '#'));
  await session.putFile(Buffer.from(`#!/bin/sh\necho ${agent.sha256}\n`), 'sha256sum', 0o755);
  const exec: HostSession['exec'] = (command, options) => session.exec(`PATH="$HOME:$PATH"; ${command}`, options);
  const fooled = Object.assign(Object.create(session) as HostSession, { exec });
  expect(await placeAgent(fooled, agent)).toBe(true);
});

test('progress and result come as they are told, other lines are no harm', async () => {
  const progress: string[] = [];
  const result = await call(
    {
      say: ['Welcome to Ubuntu', '{broken', { t: 'progress', message: 'half' }, { x: 1 }],
      answer: { t: 'result', result: { ...PROBE, more: 1 } },
    },
    (p) => progress.push(p.message),
  );
  expect(result).toEqual(PROBE);
  expect(progress).toEqual(['half']);
});

test('what the agent says went wrong keeps its code and the last lines', async () => {
  const answer = { t: 'error', code: 'install-failed', message: 'pip failed', tail: 'no such package' };
  const error = await call({ answer, code: 1 }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(AgentError);
  expect(error).toMatchObject({ code: 'install-failed', message: 'pip failed', tail: 'no such package' });
});

test('an answer that is none is an error, and so is one without a code that is known', async () => {
  const odd = await call({ answer: { t: 'result', result: { gpus: {} } } }).catch((e: unknown) => e);
  expect(odd).toMatchObject({
    code: 'internal',
    message: expect.stringContaining('could not be read'),
    tail: '{"gpus":{}}',
  });
  const strange = await call({ answer: { t: 'error', code: 7, message: ['no'] }, code: 1 }).catch((e: unknown) => e);
  expect(strange).toMatchObject({ code: 'internal', message: 'the agent did not say what went wrong', tail: '' });
});

test('an agent that ends without an answer is told apart from one that cannot run', async () => {
  const silent = await call({ say: ['odd'], err: 'Traceback', code: 1 }).catch((e: unknown) => e);
  expect(silent).toMatchObject({ code: 'internal', tail: 'odd\nTraceback' });
  const file = path.join(host.home, 'python3');
  await session.putFile(Buffer.from('#!/bin/sh\nexit 127\n'), 'python3', 0o755);
  chmodSync(file, 0o755);
  const broken: HostSession = {
    ...session,
    target: session.target,
    exec: (command, options) => session.exec(`PATH="$HOME:$PATH"; ${command}`, options),
  };
  const missing = await callAgent(broken, agent.sha256, 'probe', {}).catch((e: unknown) => e);
  expect(missing).toMatchObject({ code: 'command-not-found', message: expect.stringContaining('no python3') });
});

test('secrets go by stdin: no command line has them', async () => {
  await call({ secrets: { TOKEN: 'hunter2' }, answer: { t: 'result', result: PROBE } });
  expect(host.commands.join('\n')).not.toContain('hunter2');
});

test('a call that is aborted, or whose connection ends, says which', async () => {
  const abort = new AbortController();
  const why = new Error('enough');
  const calling = callAgent(session, agent.sha256, 'sync', { sleep: 600 }, { signal: abort.signal });
  await until('it runs', () => host.commands.some((c) => c.includes(' sync')));
  abort.abort(why);
  await expect(calling).rejects.toBe(why);
  const other = await openSession(host.target);
  const lost = callAgent(other, agent.sha256, 'fetch', { sleep: 600 }).catch((e: unknown) => e);
  await until('it runs', () => host.commands.some((c) => c.includes(' fetch')));
  other.close();
  expect(await lost).toBeInstanceOf(ConnectionLostError);
});
