/** The machine lacks what was asked for; the message says what to do. */
export class CannotStart extends Error {}
