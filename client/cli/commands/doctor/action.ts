import type { RightsOf } from '../../../../adapters/aws';
import {
  checkHome,
  HomeError,
  homeDir,
  loadSettings,
  readStackState,
  SettingsError,
} from '../../../../adapters/settings';
import type { Settings } from '../../../../contract';
import { type Check, doctorChecks, findStrays, stackStatus, strayWords } from '../../../../local/stack';
import { connectTemporal, messageOf, serverHint, TrainctlError, temporalUnavailable } from '../../..';
import { storeOnFirstUse } from '../../sdk/on-first-use';
import type { CommandContext } from '../../shared/command';
import { storeWords } from '../../shared/store-words';
import { plain } from '../../terminal/text';
import { recordedChecks } from './installation';
import { queueChecks } from './queues';
import { rightsCheck } from './rights';

/** `trainctl doctor`: each check says what is there, or how to get it. Exit 1 when something needed is missing. */
export async function doctor(context: CommandContext, flags: { as?: RightsOf } = {}): Promise<number> {
  const { out } = context;
  const checks = [
    ...(await doctorChecks()),
    ...(await strayChecks(homeDir(context.env))),
    ...(await installationChecks(context.env, context.now(), flags.as)),
  ];
  const ok = checks.every((check) => check.ok || check.optional);
  if (out.json) out.value({ ok, checks });
  else {
    for (const check of checks) {
      const { green, red, yellow, dim } = out.colors;
      const mark = check.ok ? green('✔') : check.optional ? yellow('–') : red('✘');
      out.line(`  ${mark} ${check.name.padEnd(16)}${plain(check.detail)}`);
      if (check.fix) out.whole(`    ${' '.repeat(16)}${dim(check.fix)}`);
    }
  }
  return ok ? 0 : 1;
}

/** What stacks that are gone have left on this machine. Never a fix that would end the stack that is up. */
async function strayChecks(home: string): Promise<Check[]> {
  const strays = await findStrays(home);
  if (strays.length === 0) return [];
  const force = strays.every(({ lost }) => lost) ? '' : ' --force';
  const fix = `trainctl stack down${readStackState(home) ? ' --leftovers' : force} ends them`;
  return [{ name: 'left over', ok: false, optional: true, detail: strays.map(strayWords).join('; '), fix }];
}

/** Settings, servers, workers and the bucket of this installation. Without a stack there is nothing wrong yet. */
async function installationChecks(env: NodeJS.ProcessEnv, now: Date, as: RightsOf | undefined): Promise<Check[]> {
  let settings: Settings;
  try {
    settings = loadSettings(env);
    if (settings.cloud === 'local') checkHome(settings.home);
  } catch (error) {
    if (error instanceof HomeError) {
      const fix = 'name a folder that you may write to: TRAINCTL_HOME=FOLDER (default: ~/.trainctl)';
      return [{ name: 'home', ok: false, detail: error.message, fix }];
    }
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ where, message }) => ({
      name: 'settings',
      ok: false,
      detail: `${where}: ${message}`,
      fix: `edit ${homeDir(env)}/settings.yaml, or the variable`,
    }));
  }
  const where = settings.cloud === 'local' ? 'cloud: local (nothing billed)' : `cloud: aws ${settings.region}`;
  const checks: Check[] = [{ name: 'settings', ok: true, detail: `${where}, home ${settings.home}` }];
  if (settings.cloud === 'local') {
    const stack = await stackStatus(settings.home);
    const down = stack.parts.filter((part) => !part.up).map((part) => part.name);
    if (!stack.state) {
      checks.push({
        name: 'stack',
        ok: false,
        optional: true,
        detail: 'not up',
        fix: 'trainctl stack up --detach (npm start and trainctl demo bring their own)',
      });
      return checks;
    }
    const detail = stack.up ? 'up' : `down: ${down.join(', ')}`;
    checks.push({
      name: 'stack',
      ok: stack.up,
      detail,
      ...(stack.up ? {} : { fix: 'trainctl stack up --detach starts what is missing' }),
    });
  }
  checks.push(...(await temporalChecks(settings, env, now)), await bucketCheck(settings, env));
  // On the local cloud everything is allowed to everybody: only who asks is told so.
  const of = as ?? (settings.cloud === 'aws' ? 'client' : undefined);
  if (of !== undefined) checks.push(await rightsCheck(settings, of));
  return checks;
}

async function temporalChecks(settings: Settings, env: NodeJS.ProcessEnv, now: Date): Promise<Check[]> {
  const { address, namespace } = settings.temporal;
  try {
    const client = await connectTemporal(settings);
    try {
      const checks: Check[] = [{ name: 'temporal server', ok: true, detail: `${address}, namespace ${namespace}` }];
      checks.push(...(await queueChecks(client, settings, now)));
      checks.push(...(await recordedChecks(client, settings, env)));
      return checks;
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    const told = error instanceof TrainctlError ? error : temporalUnavailable(settings, error);
    return [{ name: 'temporal server', ok: false, detail: told.message, fix: told.next ?? serverHint(settings) }];
  }
}

async function bucketCheck(settings: Settings, env: NodeJS.ProcessEnv): Promise<Check> {
  const store = storeOnFirstUse(settings);
  try {
    // Not by HEAD: of a bucket that is missing it says no more than that an object is.
    for await (const _ of store.list(settings.prefix)) break;
    return { name: 'bucket', ok: true, detail: `s3://${settings.bucket}/${settings.prefix}` };
  } catch (error) {
    const words = storeWords(error, settings, env);
    const fix = words?.next ?? 'check the way to S3, and the credentials of this identity';
    return { name: 'bucket', ok: false, detail: words?.message ?? `s3://${settings.bucket}: ${messageOf(error)}`, fix };
  } finally {
    store.close();
  }
}
