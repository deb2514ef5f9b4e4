import { runWord } from '../../../../contract';
import type { RunView } from '../../..';
import { plain } from '../../terminal/text';

/** What it means that a step is paused; of any other, the run waits for it. */
const MEANS: Record<string, string> = {
  supervise: 'nobody watches its host, which trains on until its lease is over, and then saves and ends itself',
  terminateAttempt: 'its instance may still cost money, for some 6 min at most',
  hearEc2: 'that EC2 takes its instance is heard late',
};

/** One line for each step of a run that somebody has paused in Temporal, with what goes on with it. */
export function pausedLines({ run, pausedSteps = [] }: Pick<RunView, 'run' | 'pausedSteps'>): string[] {
  return pausedSteps.map(({ step, activityId, since, by, reason }) => {
    const who = [by && `by ${plain(by)}`, since && `since ${since}`, reason && `(${plain(reason)})`].filter(Boolean);
    const what = MEANS[step] ?? 'the run waits for it';
    const again = `temporal activity unpause --workflow-id ${runWord(run)} --activity-id ${activityId}`;
    return `${[step, 'is paused in Temporal', ...who].join(' ')}: ${what}; it goes on by: ${again}`;
  });
}
