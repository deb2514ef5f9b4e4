/** A part of the embedded stack could not be had. The message says what was tried and what to do next. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** A port that was free when it was chosen had been taken when the part was to listen on it. */
export class PortTakenError extends StackError {}
