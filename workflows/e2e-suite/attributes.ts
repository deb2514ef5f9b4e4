import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

const { KEYWORD, DOUBLE, BOOL } = SearchAttributeType;

/** What Temporal lists of a suite and of its scenarios. */
export const KEYS = {
  runKey: defineSearchAttributeKey('TrainctlRunKey', KEYWORD),
  name: defineSearchAttributeKey('TrainctlName', KEYWORD),
  project: defineSearchAttributeKey('TrainctlProject', KEYWORD),
  phase: defineSearchAttributeKey('TrainctlPhase', KEYWORD),
  outcome: defineSearchAttributeKey('TrainctlOutcome', KEYWORD),
  costUsd: defineSearchAttributeKey('TrainctlCostUsd', DOUBLE),
  cleanupPending: defineSearchAttributeKey('TrainctlCleanupPending', BOOL),
};
