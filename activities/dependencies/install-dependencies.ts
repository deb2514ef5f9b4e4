import { hostDir, type InstallRequest, type InstallResult, type TrainingActivities } from '../../contract';
import { askAgent, signGrants } from '../host';
import { secretsOf } from '../secrets';
import { type ActivityDeps, countInWords, type SpecStore, withHeartbeat } from '../step';

/** Sentences that a history holds of what was left. */
const MOST_LEFT = 10;

/** More of them say nothing new, and answers are kept small. */
const WARNINGS = 5;

/** Installs the requirements, then runs the setup commands; secrets travel by the agent's stdin alone. */
export function createInstallDependencies(
  deps: ActivityDeps,
  specs: SpecStore,
): TrainingActivities['installDependencies'] {
  return ({ host, lease }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const { requirements, commands } = spec.setup;
      const secrets = secretsOf(deps, spec.secrets);
      const request: InstallRequest = {
        dir: hostDir(host.node.runKey, host.node.attempt, host.node.node),
        requirements,
        commands,
        env: spec.env,
        secrets,
        command: spec.command,
        grants: await signGrants(deps.store, deps.settings.prefix, host.node, []),
      };
      const done = await askAgent<InstallResult>(deps, {
        host,
        verb: 'install',
        request,
        beat,
        lease,
        secrets,
        what: 'setup failed',
      });
      const { left } = done;
      return {
        did: done.source !== 'none' || commands.length > 0,
        detail: inWords(done, commands.length),
        ...(left && commands.length === 0 ? { left: left.slice(0, MOST_LEFT) } : {}),
        ...(done.warnings ? { warnings: done.warnings.slice(0, WARNINGS).map((text) => text.slice(0, 500)) } : {}),
      };
    });
}

function inWords(done: InstallResult, commands: number): string {
  const parts: string[] = [];
  if (done.source !== 'none') {
    const more = done.count - done.packages.length;
    const packages = done.packages.join(', ') + (more > 0 ? ` and ${more} more` : '');
    parts.push(`${done.source}${done.tool ? ` by ${done.tool}` : ''}`, packages || 'nothing to install');
  }
  if (commands > 0) parts.push(countInWords(commands, 'setup command'));
  return parts.length > 0 ? parts.join(' · ') : 'no requirements';
}
