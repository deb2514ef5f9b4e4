import type { RunHandle } from '../../client';
import { expectEqual, expectThat, expectThere } from './checks';
import { endsAs, textOf, untilStatus } from './looks';
import { type ProjectFiles, ScenarioSkipped, scenario, step } from './scenario';
import { documentsIn, expectNothingAlive } from './support/runs';
import { type Wheel, wheel } from './support/wheel';

const MODULE = 'trainctl_scenario_dependency';
const PACKAGE = MODULE.replaceAll('_', '-');

/** Says which version it has imported, and whether it is the run's own environment that has it. */
const TRAIN = `import json, sys
import ${MODULE} as dependency
print(json.dumps({"version": dependency.VERSION, "own": sys.prefix != sys.base_prefix}), flush=True)
`;

/** Lies beside the one that is asked for, older and newer: what is asked for must be what is installed. */
const OTHERS = ['0.1', '9999.1'];
/** Served by nobody. */
const NO_SUCH = '7777.7';

const built = (version: string): Wheel => wheel(MODULE, version, `VERSION = ${JSON.stringify(version)}\n`);

/**
 * As pip and uv read it: no index is asked, so nothing else than what the scenario serves can be installed, and it does not matter
 * whether one is reachable.
 */
const requirements = (index: string, version: string): string =>
  `--no-index\n--find-links ${index}\n${PACKAGE}==${version}\n`;

const script = (url: string): string =>
  `# /// script\n# dependencies = [\n#   ${JSON.stringify(`${PACKAGE} @ ${url}`)},\n# ]\n# ///\n${TRAIN}`;

const locked = (url: string, { version, sha256 }: Wheel): ProjectFiles => ({
  'pyproject.toml': `[project]
name = "locked"
version = "1"
requires-python = ">=3.8"
dependencies = ["${PACKAGE}"]

[tool.uv.sources]
${PACKAGE} = { url = "${url}" }
`,
  'uv.lock': `version = 1
requires-python = ">=3.8"

[[package]]
name = "locked"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "${PACKAGE}" }]

[package.metadata]
requires-dist = [{ name = "${PACKAGE}", url = "${url}" }]

[[package]]
name = "${PACKAGE}"
version = "${version}"
source = { url = "${url}" }
wheels = [{ url = "${url}", hash = "sha256:${sha256}" }]
`,
  'train.py': TRAIN,
});

/**
 * The package is served from the installation's bucket by presigned addresses: hosts reach no worker, and need no index. A uv.lock can
 * be read by uv alone; where the image has none, trainctl installs it from an index, which an installation need not reach: then,
 * and only then, is that step skipped.
 */
export const dependency = scenario({
  name: 'dependency',
  shows:
    'requirements.txt, a PEP 723 script and a uv.lock each install a package of a known version for the training, and a requirement that nobody has ends the run before it',
  creates: ['4 instances, side by side', '4 small objects'],
  minutes: 8,
  instanceHours: 0.3,
  steps(context) {
    const wanted = built(`1.${Math.floor(context.clock.now().getTime() / 1000)}`);
    const command = ['python3', 'train.py'];
    let runs: Record<'listed' | 'scripted' | 'locked' | 'missing', RunHandle>;

    const serve = async (made: Wheel): Promise<string> => {
      const key = `${context.prefix}packages/${made.file}`;
      await context.objects.put(key, made.body, { contentType: 'application/zip' });
      return context.objects.presignGet(key);
    };
    const start = async (name: string, files: ProjectFiles) =>
      context.start(await context.project(files), { name: `${context.name}-${name}`, command });

    const installed = async (run: RunHandle): Promise<void> => {
      await endsAs(context, run, 'succeeded');
      const said = documentsIn(await textOf(run));
      expectEqual('what the training imported', said, [{ version: wanted.version, own: true }]);
      const { attempts } = await run.status();
      const detail = attempts[0]?.stages.find(({ name }) => name === 'setup')?.detail;
      expectThat(
        'the status names the package and its version',
        detail?.includes(`${PACKAGE} ${wanted.version}`) === true,
        detail,
      );
      await expectNothingAlive(context, run);
    };

    return [
      step('builds a package, serves it, and starts a run for each way to ask for it', async () => {
        const url = await serve(wanted);
        const links = [`<a href="${url.replaceAll('&', '&amp;')}">${wanted.file}</a>`];
        for (const version of OTHERS) {
          const other = built(version);
          links.push(`<a href="${(await serve(other)).replaceAll('&', '&amp;')}">${other.file}</a>`);
        }
        const page = `${context.prefix}packages/index.html`;
        const html = `<!DOCTYPE html>\n<html><body>\n${links.join('\n')}\n</body></html>\n`;
        await context.objects.put(page, html, { contentType: 'text/html' });
        const index = await context.objects.presignGet(page);
        runs = {
          listed: await start('listed', { 'requirements.txt': requirements(index, wanted.version), 'train.py': TRAIN }),
          scripted: await start('scripted', { 'train.py': script(url) }),
          locked: await start('locked', locked(url, wanted)),
          missing: await start('missing', { 'requirements.txt': requirements(index, NO_SUCH), 'train.py': TRAIN }),
        };
      }),
      step('requirements.txt: the training imports the package at the version that is asked for', () =>
        installed(runs.listed),
      ),
      step('a PEP 723 script: the training imports the package at its version', () => installed(runs.scripted)),
      step('a requirement that nobody has fails with the words of the tool', async () => {
        const result = await endsAs(context, runs.missing, 'failed');
        const reason = expectThere('a reason', result.reason);
        expectThat('the reason says what was done', reason.includes('installing requirements.txt failed'), reason);
        const words = /No matching distribution found|no version of|No solution found/i;
        for (const [where, text] of [
          ['the reason', reason],
          ['the log of the set-up', await textOf(runs.missing, 'setup')],
        ] as const) {
          expectThat(`${where} has the words of pip or uv`, words.test(text) && text.includes(PACKAGE), text);
          expectThat(`${where} names the version that nobody has`, text.includes(NO_SUCH), text);
        }
      }),
      step('it never trains, is not tried again, and leaves nothing', async () => {
        const { attempts, attemptCount, interruptions, finalStep } = await runs.missing.status();
        expectEqual('attempts that EC2 has not taken', attemptCount - interruptions, 1);
        const last = expectThere('an attempt', attempts.at(-1));
        expectThere('its instance', last.instanceId);
        const stages = last.stages.map(({ name, state }) => `${name} ${state}`);
        expectThat('the set-up has failed', stages.includes('setup failed'), stages);
        expectThat('no training was begun', !stages.some((text) => text.startsWith('train')), stages);
        expectEqual('the log of the training', await textOf(runs.missing), '');
        expectEqual('the last step', finalStep, undefined);
        await expectNothingAlive(context, runs.missing);
      }),
      step('a uv.lock: the training imports the package at the version that is locked', async () => {
        const { outcome, reason = '' } = await untilStatus(context, runs.locked, 'ends', (view) => !!view.outcome, 8);
        if (outcome === 'failed' && /installing uv, which uv\.lock needs/.test(reason)) {
          await expectNothingAlive(context, runs.locked);
          const last = reason.split('\n').at(-1);
          throw new ScenarioSkipped(`the image has no uv, and hosts reach no index to install it from: ${last}`);
        }
        await installed(runs.locked);
      }),
    ];
  },
});
