import type { IncomingMessage } from 'node:http';

/** What IAM would be asked before a call has an effect (AWS, "Service Authorization Reference"). */
export interface IamRequest {
  /** Such as `ec2:RunInstances`. */
  action: string;
  /** An ARN, or `*` where the action has no resources. Ids and keys are shortened: what they are varies, and no policy knows it. */
  resource: string;
  /** Condition keys, such as `aws:ResourceTag/trainctl:installation`; absent ones are not there for IAM either. */
  context?: Record<string, string>;
}

export interface RecordedCall extends IamRequest {
  /** The application in the caller's user agent (`app/NAME`, `AWS_SDK_UA_APP_ID`); `grant`: a presigned request; else `other`. */
  caller: string;
  count: number;
}

/** Tags that policies ask for; all others differ from run to run. */
const CONDITION_TAGS = ['trainctl:installation'];

/** Who called what, with what right; a call that was refused later counts. */
export class CallLog {
  private readonly seen = new Map<string, RecordedCall>();

  record(request: IncomingMessage, needed: readonly IamRequest[]): void {
    const caller = callerOf(request);
    for (const { action, resource, context } of needed) {
      const entry = { caller, action, resource, ...(context && Object.keys(context).length > 0 ? { context } : {}) };
      const key = JSON.stringify(entry);
      const known = this.seen.get(key);
      if (known) known.count += 1;
      else this.seen.set(key, { ...entry, count: 1 });
    }
  }

  list(): RecordedCall[] {
    return [...this.seen.values()];
  }
}

function callerOf({ headers }: IncomingMessage): string {
  if (headers.authorization === undefined) return 'grant';
  const agents = `${headers['user-agent'] ?? ''} ${headers['x-amz-user-agent'] ?? ''}`;
  return /(?:^|\s)app\/(\S+)/.exec(agents)?.[1] ?? 'other';
}

/** The tags of which policies make conditions, under a condition key. */
export function tagContext(
  key: 'aws:ResourceTag' | 'aws:RequestTag',
  tags: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    CONDITION_TAGS.flatMap((name) => {
      const value = tags.get(name);
      return value === undefined ? [] : [[`${key}/${name}`, value]];
    }),
  );
}
