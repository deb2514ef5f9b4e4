import { ApplicationFailure } from '@temporalio/common';
import { type NotifyActivities, runWord, type Settings, shownId, type WebhookMessage } from '../../contract';
import { NotALinkError, postJson } from './post-json';

/** How long one try waits for an answer. */
const TRY_MS = 10_000;

const FAILURE = 'webhook';

/** Posts what happened to the webhook of the settings. The address is a secret: no message of a failure names it. */
export function createPostWebhook(deps: { settings: Pick<Settings, 'webhook'> }): NotifyActivities['postWebhook'] {
  return async (message) => {
    const { webhook } = deps.settings;
    if (webhook === undefined) return { sent: false };
    const status = await post(webhook, { text: textOf(message), ...message });
    if (status >= 200 && status < 300) return { sent: true };
    throw ApplicationFailure.create({
      type: FAILURE,
      message: `the webhook answered ${status}`,
      // Asking again changes nothing: the address or the message is wrong. 408 and 429 ask to be asked again.
      nonRetryable: status < 500 && status !== 408 && status !== 429,
    });
  };
}

async function post(url: string, body: object): Promise<number> {
  try {
    return await postJson(url, body, TRY_MS);
  } catch (error) {
    const final = error instanceof NotALinkError;
    const message = final
      ? `nothing is posted to the webhook: ${error.message}`
      : `the webhook did not answer (${codeOf(error)})`;
    throw ApplicationFailure.create({ type: FAILURE, message, nonRetryable: final });
  }
}

/** Such as `ECONNREFUSED`; the words of these errors name the address. */
function codeOf(error: unknown): string {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string') return code;
    if (e.name === 'TimeoutError') return 'no answer in time';
  }
  return 'no connection';
}

/** One line for people, as Slack shows it: what happened, why, and the next command. */
export function textOf(message: WebhookMessage): string {
  const run = `*${firstLine(shownId(message.run))}*`;
  const command = code(`trainctl status ${runWord(message.run)}`);
  switch (message.event) {
    case 'ended': {
      const { outcome, reason, costUsd, attemptCount, leftovers } = message;
      const why = outcome === 'succeeded' ? '' : `: ${firstLine(reason)}`;
      const facts = [
        `${attemptCount} attempt${attemptCount === 1 ? '' : 's'}`,
        `$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`,
      ];
      if (leftovers > 0) facts.push(`${leftovers} things left in EC2`);
      return `${run} ${outcome}${why} · ${facts.join(' · ')} · ${command}`;
    }
    case 'interrupted':
      return `${run} attempt ${message.attempt} interrupted: ${firstLine(message.reason)} · ${command}`;
    case 'alert':
      return `${run} attempt ${message.attempt}: ${firstLine(message.message)} · ${command}`;
    case 'cleanup-pending':
      return `${run} attempt ${message.attempt} is not gone yet, and costs money: ${firstLine(message.left)} · ${command}`;
    case 'suite-ended': {
      const { outcome, reason, costUsd, leftovers, link } = message;
      const why = outcome === 'passed' ? '' : `: ${firstLine(reason)}`;
      const facts = [`$${costUsd.toFixed(costUsd < 0.1 ? 4 : 2)}`];
      if (leftovers > 0) facts.push(`${leftovers} thing${leftovers === 1 ? '' : 's'} left over`);
      return `end-to-end suite ${run} ${outcome}${why} · ${[...facts, ...(link === undefined ? [] : [escaped(link)])].join(' · ')}`;
    }
  }
}

/** Text that came from elsewhere: one line, and none of it a mention or a link. */
const firstLine = (text: string): string => escaped((text.split('\n', 1)[0] ?? '').slice(0, 500));

/** Slack's own three. */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Slack knows no way to write a backtick within code. */
const code = (text: string): string => (text.includes('`') ? escaped(text) : `\`${escaped(text)}\``);
