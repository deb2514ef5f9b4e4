import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { exclusively } from '../../../local/stack/machine/lock';
import { logger } from '../../support/dev-server';

const ROOT = path.resolve(__dirname, '../../..');
const CACHE = path.join(ROOT, 'node_modules/.cache/trainctl');

/** What a bundle is made of. */
const SOURCES = ['workflows', 'contract', 'package-lock.json', 'test/workflows/support'];

/** Of `real`, the product's workflows and nothing else; `skipping` is for the time-skipping server ({@link interceptors}). */
export type Time = 'real' | 'skipping';

/** The workflows, bundled once for all test files that need them: webpack takes two seconds of a processor. */
export async function workflowBundle(time: Time): Promise<{ codePath: string }> {
  const codePath = path.join(CACHE, `${time}-${digest()}.js`);
  if (!existsSync(codePath))
    await exclusively(`${codePath}.lock`, async () => {
      if (!existsSync(codePath)) await make(time, codePath);
    });
  return { codePath };
}

async function make(time: Time, codePath: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(ROOT, 'workflows/index.ts'),
    workflowInterceptorModules: [
      path.join(ROOT, 'workflows/inbound.ts'),
      ...(time === 'skipping' ? [path.join(__dirname, 'whole-seconds.ts')] : []),
    ],
    logger,
  });
  mkdirSync(CACHE, { recursive: true });
  const before = readdirSync(CACHE).filter((name) => name.startsWith(`${time}-`) && name.endsWith('.js'));
  writeFileSync(`${codePath}.new`, code);
  renameSync(`${codePath}.new`, codePath);
  for (const name of before) rmSync(path.join(CACHE, name), { force: true });
}

function digest(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES)
    for (const file of filesOf(path.join(ROOT, source))) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

const filesOf = (at: string): string[] =>
  path.extname(at) !== ''
    ? [at]
    : readdirSync(at, { recursive: true, encoding: 'utf8' })
        .filter((name) => path.extname(name) !== '')
        .map((name) => path.join(at, name))
        .sort();
