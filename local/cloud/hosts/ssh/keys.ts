import { timingSafeEqual } from 'node:crypto';
import { type ParsedKey, type PublicKeyAuthContext, utils } from 'ssh2';
import { newKeyPair } from './openssh-key';

/** Reads authorized_keys lines, options before the key type included; what is no key is left out. */
export function parseAuthorizedKeys(lines: readonly string[]): ParsedKey[] {
  return lines.flatMap((line) => {
    const found = /(?:^|\s)((?:ssh|ecdsa|sk)-[\w@.-]+\s+[A-Za-z0-9+/=]+)/.exec(line);
    const parsed = found?.[1] === undefined ? undefined : utils.parseKey(found[1]);
    return parsed && !(parsed instanceof Error) ? [parsed] : [];
  });
}

/** Whether the offered key is one of these and (in the second round) its signature is right. */
export function isAuthorized(context: PublicKeyAuthContext, keys: readonly ParsedKey[]): boolean {
  const offered = context.key.data;
  return keys.some((key) => {
    const data = key.getPublicSSH();
    if (data.length !== offered.length || !timingSafeEqual(data, offered)) return false;
    if (!context.signature) return true;
    return key.verify(context.blob ?? Buffer.alloc(0), context.signature, context.hashAlgo) === true;
  });
}

/** A private host key in OpenSSH's own format, or undefined when it is none. */
export function usableHostKey(pem: string | undefined): string | undefined {
  if (pem === undefined) return undefined;
  const parsed = utils.parseKey(pem);
  return parsed instanceof Error || !parsed.isPrivateKey() ? undefined : pem;
}

/** What a host proves until cloud-init has set its key. */
export const randomHostKey = (): string => newKeyPair().private;
