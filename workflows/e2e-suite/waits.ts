import { defineSignal, setHandler } from '@temporalio/workflow';
import { readWaitNews, SUITE_MESSAGES, type SuiteWait } from '../../contract';
import { iso } from '../rules/texts';

/** Whatever can wait, and says for what. */
export interface Waiting {
  waits?: SuiteWait;
}

/**
 * Takes what workers tell of a step that is tried again and again: of such tries a workflow hears nothing else from Temporal.
 * @param find who is meant; undefined: nobody here, or it has ended
 */
export function hearWaits(find: (scenario: string | undefined) => Waiting | undefined): void {
  setHandler(
    defineSignal<[unknown]>(SUITE_MESSAGES.waits),
    (said) => {
      const news = readWaitNews(said);
      const at = news && find(news.scenario);
      if (!news || !at) return;
      const { what, why, tries } = news;
      if (why === undefined) delete at.waits;
      else at.waits = { what, why, ...(tries === undefined ? {} : { tries }), at: iso(Date.now()) };
    },
    { description: 'Not for people: what the workers tell of a step that is tried again' },
  );
}
