/** Runs a command of its own to its end. Words alone for what the user did wrong (exit 2); the stack for a mistake of ours. */
export function runMain(main: () => Promise<void>): void {
  // So that what was started is ended too: it is on `exit`.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  main().then(
    () => process.exit(),
    (error: unknown) => {
      console.error(error instanceof Error && !(error instanceof TypeError) ? error.message : error);
      process.exit(2);
    },
  );
}

/** An option that is a number from 0 to `most`. */
export function amount(name: string, text: string, most: number, usage: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new Error(`--${name} ${text} is not a number from 0 to ${most}\n${usage}`);
}
