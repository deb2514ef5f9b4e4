// Finds or makes the servers that the tests need, before jest's clock runs. Says what it does: the first time takes minutes.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { temporalCli, testServer } = require('../dist/local/stack');

let last = '';
const say = (name) => (detail) => {
  const line = `  ${name}: ${detail}`;
  if (line !== last) console.error(line);
  last = line;
};
try {
  const cli = await temporalCli(say('temporal'));
  console.error(`  temporal ${cli.version} (${cli.source})`);
  console.error(`  test server ${await testServer(say('test server'))}`);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
