import { briefId, type NodeRef } from '../../../contract';
import type { NodeKeys } from '../types';
import { armDeadman } from './deadman';

/** EC2's limit, before base64. */
const MAX_BYTES = 16 * 1024;

export interface BootArgs {
  node: NodeRef;
  keys: NodeKeys;
  /** Public keys of people who may log in besides the worker. */
  sshKeys: string[];
  /** From boot on; how long the host lives when nobody ever reaches it. */
  leaseSeconds: number;
  /** Epoch seconds; the first lease never reaches past it. */
  hostDeadline: number;
  /** What the training process gets for its end; the dead-man timer waits for it and for the last upload. Seconds. */
  graceSeconds: number;
}

/** The `#cloud-config` would be larger than EC2 takes. */
export class UserDataTooLargeError extends Error {
  override readonly name = 'UserDataTooLargeError';
  constructor(readonly bytes: number) {
    super(`the user data has ${bytes} bytes, EC2 takes ${MAX_BYTES}: give fewer keys in access.sshKeys`);
  }
}

/**
 * What the instance boots with: its own host key, who may log in, and the dead-man timer. A pure function of its
 * arguments, because a repeated launch must send the same bytes. Processes on the host can read it: nothing in it is shared
 * with another run, or of use after this one. Log-ins are for the image's default user.
 */
export function userData(args: BootArgs): string {
  const { host, client } = args.keys;
  const logins = [client.publicOpenSsh, ...args.sshKeys.map((key) => key.trim()).filter((key) => key !== '')];
  const text = `#cloud-config
# trainctl: ${briefId(args.node.workflowId)}, attempt ${args.node.attempt}, node ${args.node.node}
ssh_deletekeys: true
ssh_pwauth: false
ssh_keys:
  ed25519_private: |
${indent(host.privateOpenSsh)}  ed25519_public: ${scalar(host.publicOpenSsh)}
ssh_authorized_keys:
${logins.map((key) => `  - ${scalar(key)}\n`).join('')}bootcmd:
  - |
${indent(armDeadman(args.leaseSeconds, args.hostDeadline, args.graceSeconds))}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw new UserDataTooLargeError(bytes);
  return text;
}

/** A double-quoted YAML scalar; JSON's strings are a subset of those. */
const scalar = (text: string): string => JSON.stringify(text);

const indent = (text: string): string => text.replace(/^(?=.)/gm, '    ');
