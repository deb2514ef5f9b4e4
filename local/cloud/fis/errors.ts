/** An error of FIS: its code, its words and its HTTP status (API model of FIS, version 2020-12-01). */
export class FisError extends Error {
  override readonly name = 'FisError';

  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export const errors = {
  validation: (message: string) => new FisError('ValidationException', message, 400),
  /** A field that breaks the API's model: all services that are built like this one word it so. */
  constraint: (value: unknown, where: string, constraint: string) =>
    new FisError(
      'ValidationException',
      `1 validation error detected: Value ${value === undefined ? 'null' : `'${text(value)}'`} at '${where}' failed to satisfy constraint: ${constraint}`,
      400,
    ),
  notFound: (what: string) => new FisError('ResourceNotFoundException', `${what} not found.`, 404),
  conflict: (message: string) => new FisError('ConflictException', message, 409),
  quota: (message: string) => new FisError('ServiceQuotaExceededException', message, 402),
  denied: (message: string) => new FisError('AccessDeniedException', message, 403),
  throttled: () => new FisError('ThrottlingException', 'Rate exceeded', 429),
  internal: () => new FisError('InternalServerException', 'An internal error has occurred.', 500),
} as const;

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
