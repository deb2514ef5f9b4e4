/** Whose rights are tried: each has a policy in docs/policies. */
export const RIGHTS_OF = ['client', 'worker', 'suite'] as const;
export type RightsOf = (typeof RIGHTS_OF)[number];

/** What came of trying one right. */
export interface TriedRight {
  /** As a policy names it, such as `ec2:RunInstances`; what it was tried for may follow in brackets. */
  right: string;
  /** Undefined: it could not be tried, or AWS answered something else. */
  allowed: boolean | undefined;
  /** AWS's words, or why it could not be tried. */
  why?: string;
  /** AWS does not know who asks, or nobody is there to ask as: this says nothing of the right. */
  badCredentials?: true;
}
