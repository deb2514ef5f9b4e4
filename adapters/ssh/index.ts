import type { AgentProgress, AgentVerb, NodeRef } from '../../contract';
import type { AttachedAgent, HostSession, NodeKeys, OpenOptions, SessionPool, SshTarget } from './types';

export * from './errors';
export * from './types';

export declare function deriveKeys(secret: Buffer, node: NodeRef): NodeKeys;
export declare function openSession(target: SshTarget, options?: OpenOptions): Promise<HostSession>;
export declare function createSessionPool(options: {
  keysOf: (node: NodeRef) => NodeKeys;
  idleSeconds?: number;
}): SessionPool;
/** Puts the agent in its place unless it is there; answers whether it had to. */
export declare function placeAgent(
  session: HostSession,
  agent: { source: Buffer; sha256: string },
  options?: { signal?: AbortSignal },
): Promise<boolean>;
export declare function callAgent<R>(
  session: HostSession,
  agentSha256: string,
  verb: AgentVerb,
  request: object,
  options?: { signal?: AbortSignal; onProgress?: (progress: AgentProgress) => void },
): Promise<R>;
/** `dir` as `hostDir` of the contract gives it. */
export declare function attachAgent(
  session: HostSession,
  agentSha256: string,
  args: { dir: string; epoch: number },
): Promise<AttachedAgent>;
export interface BootArgs {
  node: NodeRef;
  keys: NodeKeys;
  sshKeys: string[];
  leaseSeconds: number;
  /** Epoch seconds. */
  hostDeadline: number;
  user: string;
}
export declare function userData(args: BootArgs): string;
