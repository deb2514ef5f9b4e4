import type { RunResult, RunStatus } from '../../../contract';
import { lastJson, trainctl } from '../../support/cli';
import { aliveOf } from '../../support/cloud';
import { project } from '../../support/project';
import { temporal } from '../../support/temporal';

jest.setTimeout(300_000);

/** In its first attempt it kills its agent, and leaves a last word of its own making in its place. */
const LIAR = `
import json, os, signal, sys, time
state = os.path.join(os.path.dirname(os.getcwd()), "state")
if os.environ["TRAINCTL_ATTEMPT"] == "1":
    # The agent is attached to: it has answered whoever started it.
    while not os.path.exists(os.path.join(state, "epoch")):
        time.sleep(0.05)
    with open(os.path.join(state, "word"), "w") as file:
        file.write(open("word.json").read())
    os.rename(os.path.join(state, "word"), os.path.join(state, "final.json"))
    os.kill(json.load(open(os.path.join(state, "agent.json")))["pid"], signal.SIGKILL)
    signal.pause()
`;

const WORD = {
  code: 0,
  signal: null,
  stoppedBy: null,
  tail: '',
  logBytes: 1,
  logUploaded: 1,
  problems: [],
  outputs: [],
};

async function lie(word: unknown): Promise<{ result: RunResult; status: RunStatus; history: string }> {
  const dir = await project({ 'liar.py': LIAR, 'word.json': JSON.stringify(word) });
  const result = lastJson<RunResult>(await trainctl(['run', '--json', '--', 'python3', 'liar.py'], { cwd: dir }));
  const status = lastJson<RunStatus>(await trainctl(['status', result.run, '--json']));
  expect(await aliveOf(result.run)).toEqual([]);
  const history = await temporal('workflow', 'show', '--workflow-id', result.run, '--output', 'json');
  expect(history).not.toContain('EVENT_TYPE_WORKFLOW_TASK_FAILED');
  return { result, status, history };
}

test.each([
  [
    'of the wrong shape',
    { ...WORD, outputs: {}, step: 1.5, metrics: [1] },
    'could not be read whole: step, metrics, outputs',
  ],
  ['of 300 KB', { ...WORD, tail: 'x'.repeat(300_000), warnings: Array(900).fill('y'.repeat(300)) }, undefined],
])('a last word %s ends its run all the same, and harms nothing else', async (_what, word, warning) => {
  const { result, status, history } = await lie(word);
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 1 });
  const warnings = (status.warnings ?? []).map(({ message }) => message).join();
  if (warning !== undefined) expect(warnings).toContain(warning);
  expect(history.length).toBeLessThan(400_000);
});

test('one that does not say how the command ended is a loss, and the run goes on elsewhere', async () => {
  const { result } = await lie({ ...WORD, code: '0' });
  expect(result).toMatchObject({ outcome: 'succeeded', attemptCount: 2, interruptions: 1 });
});
