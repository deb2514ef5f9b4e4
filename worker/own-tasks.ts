import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { RunRef } from '../contract';

/** Whom a worker works for. */
export type Owner = Required<Pick<RunRef, 'installation' | 'installationKey' | 'namespaceId'>>;

/** Until the task is offered again: the right worker should have its turn. */
const AGAIN_AFTER = '2s';

/**
 * Hands back every task of a run that another installation has resolved, before anything is done for it: with another secret or
 * bucket this worker would find its host strange and its objects gone. Temporal offers it again, by the step's own rules.
 */
export function ownTasksOnly(own: Owner): ActivityInterceptorsFactory {
  return () => ({
    inbound: {
      async execute(input, next) {
        const why = whyNotOurs(own, input.args[0]);
        if (why === undefined) return next(input);
        throw ApplicationFailure.create({ message: why, type: 'other-installation', nextRetryDelay: AGAIN_AFTER });
      },
    },
  });
}

/** Why a step with this argument is not ours; undefined when it is, or when it names no run. */
export function whyNotOurs(own: Owner, argument: unknown): string | undefined {
  const { installation, installationKey, namespaceId } = ownerOf(argument);
  if (installation !== undefined && installation !== own.installation)
    return `handed back: the run is of installation "${installation}", this worker serves "${own.installation}"`;
  if (namespaceId !== undefined && namespaceId !== own.namespaceId)
    return `handed back: the run is of the Temporal namespace ${namespaceId}, this worker serves ${own.namespaceId}`;
  if (installationKey !== undefined && installationKey !== own.installationKey)
    return `handed back: the run was resolved by an installation "${own.installation}" that is not this worker's (cloud, region, bucket, prefix or secret): trainctl doctor compares them`;
  return undefined;
}

/** Arguments name a run by itself, by a node of it, or by a host of one, or the suite; messages to a webhook say whose they are. */
function ownerOf(argument: unknown): Partial<Owner> {
  const top = asRecord(argument);
  const named = [top.run, top.node, asRecord(top.host).node, top.suite].map(asRecord);
  const found: Record<string, unknown> = Object.assign({}, top, ...named);
  const text = (name: keyof Owner): Partial<Owner> => (typeof found[name] === 'string' ? { [name]: found[name] } : {});
  return { ...text('installation'), ...text('installationKey'), ...text('namespaceId') };
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
