import { createObjectStore } from '../../../../adapters/aws';
import { checkHome, HomeError, homeDir, loadSettings, SettingsError } from '../../../../adapters/settings';
import { type Settings, TASK_QUEUES } from '../../../../contract';
import { type Check, doctorChecks, stackStatus } from '../../../../local/stack';
import { connectTemporal, messageOf } from '../../..';
import type { CommandContext } from '../../shared/command';
import { plain } from '../../terminal/text';

/** `trainctl doctor`: each check says what is there, or how to get it. Exit 1 when something needed is missing. */
export async function doctor(context: CommandContext): Promise<number> {
  const { out } = context;
  const checks = [...(await doctorChecks()), ...(await installationChecks(context.env))];
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

/** Settings, servers, workers and the bucket of this installation. Without a stack there is nothing wrong yet. */
async function installationChecks(env: NodeJS.ProcessEnv): Promise<Check[]> {
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
  checks.push(...(await temporalChecks(settings)), await bucketCheck(settings));
  return checks;
}

async function temporalChecks(settings: Settings): Promise<Check[]> {
  const { address, namespace } = settings.temporal;
  try {
    const client = await connectTemporal(settings.temporal, settings.cloud === 'local');
    try {
      const checks: Check[] = [{ name: 'temporal server', ok: true, detail: `${address}, namespace ${namespace}` }];
      for (const name of Object.values(TASK_QUEUES)) {
        const answer = await client.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name },
          // ActivityTaskQueue: both queues have one; only the main one has workflows.
          taskQueueType: 2,
        });
        const pollers = answer.pollers?.length ?? 0;
        checks.push({
          name: `queue ${name.replace('trainctl-', '')}`,
          ok: pollers > 0,
          detail: pollers > 0 ? `${name}: ${pollers} polling` : `${name}: no worker polls it`,
          ...(pollers > 0 ? {} : { fix: 'trainctl worker (a stack brings its own)' }),
        });
      }
      return checks;
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    const fix =
      settings.cloud === 'local' ? 'trainctl stack up --detach' : 'check TEMPORAL_ADDRESS and its TLS settings';
    return [{ name: 'temporal server', ok: false, detail: messageOf(error), fix }];
  }
}

async function bucketCheck(settings: Settings): Promise<Check> {
  const store = createObjectStore(settings);
  try {
    await store.head(`${settings.prefix}.doctor`);
    return { name: 'bucket', ok: true, detail: `s3://${settings.bucket}/${settings.prefix}` };
  } catch (error) {
    const fix = `create it, or let this identity read it: aws s3 mb s3://${settings.bucket}`;
    return { name: 'bucket', ok: false, detail: `s3://${settings.bucket}: ${messageOf(error)}`, fix };
  } finally {
    store.close();
  }
}
