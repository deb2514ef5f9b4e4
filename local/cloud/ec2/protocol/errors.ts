/** An error of EC2, with its own code, words and HTTP status. */
export class Ec2Error extends Error {
  override readonly name = 'Ec2Error';

  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Errors that several actions give; texts as EC2 words them. */
export const errors = {
  authFailure: () => new Ec2Error('AuthFailure', 'AWS was not able to validate the provided access credentials', 401),
  dryRun: () => new Ec2Error('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412),
  throttled: () => new Ec2Error('RequestLimitExceeded', 'Request limit exceeded.', 503),
  invalidAction: (name: string) =>
    new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`),
  missingParameter: (name: string) =>
    new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`),
  unknownParameter: (name: string) => new Ec2Error('UnknownParameter', `The parameter ${name} is not recognized`),
  invalidValue: (message: string) => new Ec2Error('InvalidParameterValue', message),
  invalidCombination: (message: string) => new Ec2Error('InvalidParameterCombination', message),
  internal: () =>
    new Ec2Error(
      'InternalError',
      'An internal error has occurred. Retry your request, but if the problem persists, contact us with details.',
      500,
    ),
} as const;
