import { setCurrentDetails, setDefaultSignalHandler } from '@temporalio/workflow';
import { markdownText } from '../contract';
import { noSuchSignal } from './rules/unknown-signals';

/** Answers any signal, in a workflow that takes none, on its page in the Temporal UI. Called before the first await. */
export function takeNoSignals(): void {
  setDefaultSignalHandler((name) => setCurrentDetails(markdownText(noSuchSignal(name, []), 500)));
}
