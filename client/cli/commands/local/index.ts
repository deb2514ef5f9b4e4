import type { Command } from 'commander';
import { action, collect, examples, withJson } from '../../shared/command';

export function register(command: Command): void {
  const list = withJson(command.command('list').description('Instances of the local cloud.'))
    .option('--all', 'also those that are terminated')
    .action(action(async (context, flags: { all?: boolean }) => (await instances()).list(context, flags)));
  examples(list, [['trainctl local list --all', 'with those that are terminated']]);
  const describe = withJson(
    command.command('describe').description('All of one instance: state, tags, user data, processes.'),
  )
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .action(action(async (context, id: string) => (await instances()).describe(context, id)));
  examples(describe, [['trainctl local describe i-0a1b2c3d4e --json', 'with its user data']]);
  const logs = withJson(command.command('logs').description('The boot log of an instance.'))
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .action(action(async (context, id: string) => (await instances()).bootLog(context, id)));
  examples(logs, [['trainctl local logs i-0a1b2c3d4e', 'why it did not come up']]);
  const interrupt = withJson(command.command('interrupt').description('Take a spot instance, with a notice first.'))
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .option('--notice <seconds>', 'how long before; 0: without notice', '120')
    .option('--action <what>', 'terminate, stop or hibernate', 'terminate')
    .action(
      action(async (context, id: string, flags: { notice: string; action: string }) =>
        (await misfortunes()).interrupt(context, id, flags),
      ),
    );
  examples(interrupt, [['trainctl local interrupt i-0a1b2c3d4e --notice 10', 'gone in ten seconds']]);
  const kill = withJson(command.command('kill').description('Take an instance at once, without notice.'))
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .action(action(async (context, id: string) => (await misfortunes()).afflict(context, id, 'kill')));
  examples(kill, [['trainctl local kill i-0a1b2c3d4e', 'a loss without notice; its run goes on elsewhere']]);
  const partition = withJson(command.command('partition').description('Cut SSH to an instance; it goes on without us.'))
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .option('--seconds <n>', 'for how long; default: until it is healed')
    .action(
      action(async (context, id: string, flags: { seconds?: string }) =>
        (await misfortunes()).afflict(context, id, 'partition', flags.seconds),
      ),
    );
  examples(partition, [['trainctl local partition i-0a1b2c3d4e --seconds 20', 'a cut that the run must not notice']]);
  const heal = withJson(command.command('heal').description('Let SSH to an instance through again.'))
    .argument('<instance>', 'such as i-0a1b2c3d4e')
    .action(action(async (context, id: string) => (await misfortunes()).afflict(context, id, 'heal')));
  examples(heal, [['trainctl local heal i-0a1b2c3d4e', 'the end of: trainctl local partition i-0a1b2c3d4e']]);
  const fault = withJson(command.command('fault').description('Arm, list or disarm faults of the local cloud.'))
    .argument('[kind]', 'such as no-capacity, lost-reply, s3-slow; none: list what is armed')
    .option('--set <name=value>', 'a field of the fault (repeatable), such as action=RunInstances or times=2', collect)
    .option('--clear [id]', 'disarm one, or all')
    .action(
      action(async (context, kind: string | undefined, flags: { set?: string[]; clear?: string | true }) =>
        (await faults()).fault(context, kind, flags),
      ),
    );
  examples(fault, [
    ['trainctl local fault no-capacity --set match.zone=us-east-1a', 'the next launch there is refused'],
    ['trainctl local fault lost-reply --set action=RunInstances', 'the call works, its answer is lost'],
    ['trainctl local fault --clear', 'all well again'],
  ]).addHelpText('after', `\nKinds: ${FAULT_KINDS}\nThe fields of each: docs/local-cloud.md`);
}

const FAULT_KINDS = `throttle, error, no-capacity, quota, lost-reply, invisible, no-boot, wrong-host-key,
s3-error, s3-slow, s3-cut. They strike once, or so often as times=N says (0: until disarmed).`;

const instances = () => import('./instances.js');
const misfortunes = () => import('./misfortunes.js');
const faults = () => import('./faults.js');
