import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server that takes connections and never speaks; a call is made, waits for its next try, and the connection is closed. */
const script = (port: number): string => `
  const { Connection, Client } = require('@temporalio/client');
  const { ClosableRetries } = require('./client/connection/closable-retries.ts');
  const retries = new ClosableRetries();
  let tries = 0;
  const count = (options, next) => { tries += 1; return next(options); };
  const connection = Connection.lazy({ address: '127.0.0.1:${port}', interceptors: [retries.interceptors[0], count, retries.interceptors[1]] });
  connection.withDeadline(Date.now() + 60000, () => connection.workflowService.getSystemInfo({})).catch((error) => {
    console.log(JSON.stringify({ tries, code: error.code }));
  });
  // The second try has failed, and the third waits for its time.
  const timer = setInterval(() => {
    if (tries < 2) return;
    clearInterval(timer);
    retries.close();
    connection.close();
  }, 5);
`;

it('a call that waits for its next try when the connection is closed ends quietly', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    const { stdout } = await run(process.execPath, ['-r', './test/support/register.js', '-e', script(port)], {
      cwd: path.resolve(__dirname, '../../..'),
      timeout: 100_000,
    });
    expect(JSON.parse(stdout)).toMatchObject({ tries: expect.any(Number), code: expect.any(Number) });
  } finally {
    server.close();
  }
});
