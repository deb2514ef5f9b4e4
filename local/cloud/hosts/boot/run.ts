import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../../failures';
import type { ExecEnd } from '../init-process';
import { below, mapCommand } from './paths';
import type { BootCommand, BootPlan } from './user-data';

export interface BootContext {
  plan: BootPlan;
  /** Folder below which the host's absolute paths lie. */
  root: string;
  /** Folder for the scripts that cloud-init makes of its commands. */
  scripts: string;
  logPath: string;
  firstBoot: boolean;
  /** Runs a command to its end; its output goes to the boot log. */
  run(argv: string[]): Promise<ExecEnd>;
  /** Whether the machine was switched off meanwhile. */
  cancelled(): boolean;
  /** Called when cloud-init has set up SSH: the host key and the authorised keys are final. */
  setKeys(hostKey: string | undefined, authorizedKeys: string[]): void;
}

/**
 * What cloud-init does, in its order: bootcmd (every boot), then once in the instance's life write_files, SSH keys, runcmd,
 * user script. bootcmd of the first boot runs BEFORE write_files, as it does on EC2. A command that fails is logged and
 * the boot goes on.
 */
export async function runCloudInit(context: BootContext): Promise<void> {
  const { plan, logPath, firstBoot } = context;
  const log = (line: string) => {
    // The folder may be gone with the machine.
    if (!context.cancelled()) appendFileSync(logPath, `${line}\n`);
  };
  log(`Cloud-init running: ${firstBoot ? 'first boot' : 'boot'} at ${new Date().toUTCString()}`);
  for (const warning of plan.warnings) log(`[WARNING]: ${warning}`);
  await runCommands(context, 'bootcmd', plan.bootcmd, log);
  if (context.cancelled()) return;
  if (firstBoot) {
    writeFiles(context, log);
    context.setKeys(plan.hostKey, plan.authorizedKeys);
    await runCommands(context, 'runcmd', plan.runcmd, log);
    if (plan.script && !context.cancelled()) {
      const file = path.join(context.scripts, 'part-001');
      writeFileSync(file, plan.script, { mode: 0o700 });
      report('user script', await context.run([file]), log);
    }
  }
  log(`Cloud-init finished at ${new Date().toUTCString()}`);
}

function writeFiles({ plan, root }: BootContext, log: (line: string) => void): void {
  for (const file of plan.files) {
    const target = below(root, file.path);
    try {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, file.content, { mode: file.mode, flag: file.append ? 'a' : 'w' });
    } catch (error) {
      log(`[WARNING]: write_files: ${file.path}: ${messageOf(error)}`);
    }
  }
}

/** cloud-init makes one shell script of a list: a string is a line of it, a list is quoted. */
async function runCommands(
  { plan, root, scripts, run, cancelled }: BootContext,
  name: string,
  commands: BootCommand[],
  log: (line: string) => void,
): Promise<void> {
  if (commands.length === 0 || cancelled()) return;
  const written = plan.files.map((file) => file.path);
  const lines = commands
    .map((command) => mapCommand(command, root, written))
    .map((command) => (typeof command === 'string' ? command : command.map(quote).join(' ')));
  const file = path.join(scripts, name);
  writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o700 });
  report(name, await run(['/bin/sh', file]), log);
}

function report(name: string, end: ExecEnd, log: (line: string) => void): void {
  if ('code' in end && end.code === 0) return;
  const how = 'code' in end ? `exit code ${end.code}` : 'signal' in end ? `signal ${end.signal}` : end.error;
  log(`[WARNING]: Failed to run ${name}: ${how}`);
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
