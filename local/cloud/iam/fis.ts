import { ACCOUNT_ID, REGION } from '../catalog/network';
import type { Json } from '../fis/fields';
import type { IamRequest } from './log';

const arn = (kind: string): string => `arn:aws:fis:${REGION}:${ACCOUNT_ID}:${kind}/*`;

/** The rights that a call of FIS needs; templates hand a role on, and tags need a right of their own. */
export function fisRequests(name: string, body: Json): IamRequest[] {
  const on = (kind: string): IamRequest => ({ action: `fis:${name}`, resource: arn(kind) });
  const tagged = (kind: string): IamRequest[] =>
    typeof body.tags === 'object' ? [{ action: 'fis:TagResource', resource: arn(kind) }] : [];
  switch (name) {
    case 'CreateExperimentTemplate':
      return [
        on('experiment-template'),
        on('action'),
        ...tagged('experiment-template'),
        {
          action: 'iam:PassRole',
          resource: String(body.roleArn ?? ''),
          context: { 'iam:PassedToService': 'fis.amazonaws.com' },
        },
      ];
    case 'StartExperiment':
      return [on('experiment-template'), on('experiment'), ...tagged('experiment')];
    case 'GetExperimentTemplate':
    case 'DeleteExperimentTemplate':
      return [on('experiment-template')];
    case 'GetExperiment':
    case 'StopExperiment':
      return [on('experiment')];
    default:
      return [{ action: `fis:${name}`, resource: '*' }];
  }
}
