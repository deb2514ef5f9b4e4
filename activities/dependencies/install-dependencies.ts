import { hostDir, type InstallRequest, type InstallResult, type TrainingActivities } from '../../contract';
import { askAgent, signGrants } from '../host';
import { secretsOf } from '../secrets';
import { type ActivityDeps, countInWords, type SpecStore, withHeartbeat } from '../step';

/** Installs the requirements, then runs the setup commands; secrets travel by the agent's stdin alone. */
export function createInstallDependencies(
  deps: ActivityDeps,
  specs: SpecStore,
): TrainingActivities['installDependencies'] {
  return ({ host, lease }) =>
    withHeartbeat(async (beat) => {
      const { spec } = await specs.read(host.node, beat.signal);
      const { requirements, commands } = spec.setup;
      const { workflowId, runKey, attempt, node } = host.node;
      const secrets = secretsOf(deps, spec.secrets);
      const request: InstallRequest = {
        dir: hostDir(runKey, attempt, node),
        run: workflowId,
        runKey,
        attempt,
        node,
        requirements,
        commands,
        env: spec.env,
        secrets,
        command: spec.command,
        checkpoints: { dir: spec.checkpoints.dir },
        grants: await signGrants(deps.store, deps.settings.prefix, host.node, []),
      };
      const done = await askAgent(deps, {
        host,
        verb: 'install',
        request,
        beat,
        lease,
        secrets,
        what: 'setup failed',
      });
      return {
        did: done.source !== 'none' || commands.length > 0,
        detail: inWords(done, commands.length),
        ...(done.warnings ? { warnings: done.warnings } : {}),
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
