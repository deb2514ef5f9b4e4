/** The `Date` of an answer, and when the question was sent and the answer came by this machine's clock. Epoch milliseconds. */
export interface AnsweredAt {
  date: number;
  sent: number;
  received: number;
}

/** What an SDK client's stack takes of a function around the sending of a request; those of the SDK are typed for each client. */
interface Stack {
  add(
    around: (next: (args: unknown) => Promise<unknown>) => (args: unknown) => Promise<unknown>,
    options: { step: 'deserialize'; priority: 'low'; name: string },
  ): void;
}

/**
 * Tells `heard` of the `Date` of each answer of an SDK client, refusals included. HTTP demands the header of every origin that has a
 * clock (RFC 9110, 6.6.1).
 */
export function hearDates(client: { middlewareStack: object }, heard: (answer: AnsweredAt) => void): void {
  // Nearest to the wire: what is read later may throw.
  (client.middlewareStack as Stack).add(
    (next) => async (args) => {
      const sent = Date.now();
      const answer = await next(args);
      const { response } = answer as { response?: { headers?: Record<string, string> } };
      const date = Date.parse(response?.headers?.date ?? '');
      if (!Number.isNaN(date)) heard({ date, sent, received: Date.now() });
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'hearDates' },
  );
}
