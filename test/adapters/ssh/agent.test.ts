import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import {
  AgentError,
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
  callAgent<unknown>(session, agent.sha256, 'probe', request, onProgress ? { onProgress } : {});

test('the agent is placed once, and again when it is damaged', async () => {
  const file = path.join(host.home, agentPath(agent.sha256));
  expect(await placeAgent(session, agent)).toBe(false);
  truncateSync(file, 10);
  expect(await placeAgent(session, agent)).toBe(true);
  expect(readFileSync(file).equals(SOURCE)).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o700);
});

test('progress and result come as they are told, other lines are no harm', async () => {
  const progress: string[] = [];
  const result = await call(
    {
      say: ['Welcome to Ubuntu', '{broken', { t: 'progress', message: 'half' }, { x: 1 }],
      answer: { t: 'result', result: { python: '3.11' } },
    },
    (p) => progress.push(p.message),
  );
  expect(result).toEqual({ python: '3.11' });
  expect(progress).toEqual(['half']);
});

test('what the agent says went wrong keeps its code and the last lines', async () => {
  const answer = { t: 'error', code: 'install-failed', message: 'pip failed', tail: 'no such package' };
  const error = await call({ answer, code: 1 }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(AgentError);
  expect(error).toMatchObject({ code: 'install-failed', message: 'pip failed', tail: 'no such package' });
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
  await call({ secrets: { TOKEN: 'hunter2' }, answer: { t: 'result', result: 1 } });
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
