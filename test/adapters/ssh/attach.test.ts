import { createHash } from 'node:crypto';
import { attachAgent, ConnectionLostError, openSession, placeAgent } from '../../../adapters/ssh';
import type { AttachEvent } from '../../../contract';
import { startHost, until } from './support/host';

/** Says hello with its arguments, then gives each command back as a warning. */
const SOURCE = Buffer.from(`
import json, sys
def say(**event):
    print(json.dumps(event), flush=True)
say(t="hello", epoch=int(sys.argv[5]), phase="training", logBytes=1, logUploaded=1, step=len(sys.argv[3]), final=None)
say(t="of another release", dir=sys.argv[3])
for line in sys.stdin:
    command = json.loads(line)
    if command["t"] == "stop":
        sys.stderr.write("stopped badly")
        sys.exit(7)
    say(t="warning", message=command["t"])
say(t="warning", message="detached")
`);
const agent = { source: SOURCE, sha256: createHash('sha256').update(SOURCE).digest('hex') };

let host: Awaited<ReturnType<typeof startHost>>;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.close());

async function attach() {
  const session = await openSession(host.target);
  await placeAgent(session, agent);
  const attached = await attachAgent(session, agent.sha256, { dir: "trainctl/k/1/0'", epoch: 3 });
  return { session, attached, events: attached.events[Symbol.asyncIterator]() };
}

test('events come as the agent tells them, commands go down', async () => {
  const { session, attached, events } = await attach();
  expect((await events.next()).value).toEqual({
    ...{ t: 'hello', epoch: 3, phase: 'training', logBytes: 1, logUploaded: 1, final: null },
    step: "trainctl/k/1/0'".length,
  });
  attached.send({ t: 'checkpoint' });
  expect((await events.next()).value).toEqual({ t: 'warning', message: 'checkpoint' });
  attached.close();
  const rest: AttachEvent[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) rest.push(next.value);
  expect(rest).toEqual([{ t: 'warning', message: 'detached' }]);
  attached.send({ t: 'checkpoint' });
  session.close();
});

test('a connection that ends is told apart from an agent that does', async () => {
  const lost = await attach();
  await lost.events.next();
  host.cut();
  await expect(lost.events.next()).rejects.toBeInstanceOf(ConnectionLostError);
  await until('the host has noticed', () => host.connections.size === 0);

  const failed = await attach();
  await failed.events.next();
  failed.attached.send({ t: 'stop', mode: 'now', graceSeconds: 0 });
  await expect(failed.events.next()).rejects.toMatchObject({ code: 'internal', tail: 'stopped badly' });
  failed.session.close();
});
