import dns from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** An address to which nothing is posted, whatever the settings say; the message does not name it. */
export class NotALinkError extends Error {
  override readonly name = 'NotALinkError';
}

/** Link-local addresses, where clouds have the metadata of their machines (EC2's also by IPv6). */
const REFUSED = new BlockList();
REFUSED.addSubnet('169.254.0.0', 16, 'ipv4');
REFUSED.addSubnet('fe80::', 10, 'ipv6');
// The same as an address of IPv6: of NAT64, of 6to4, and as it was written once. That of IPv4 in IPv6 (::ffff:0:0/96) is known to BlockList.
REFUSED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
REFUSED.addSubnet('2002:a9fe::', 32, 'ipv6');
REFUSED.addSubnet('::a9fe:0', 112, 'ipv6');
REFUSED.addAddress('fd00:ec2::254', 'ipv6');
REFUSED.addAddress('fd00:ec2::23', 'ipv6');

const isRefused = (address: string): boolean =>
  REFUSED.check(address.replace(/%.*$/, ''), isIP(address.replace(/%.*$/, '')) === 6 ? 'ipv6' : 'ipv4');

/**
 * Posts JSON to a web address and answers the status; follows no redirect, since somewhere else is not where the settings say.
 * @throws NotALinkError for other protocols, and where the address is or leads to a link-local one; TimeoutError; what connecting throws
 */
export function postJson(url: string, document: object, timeoutMs: number): Promise<number> {
  const target = new URL(url);
  const send = { 'https:': requestHttps, 'http:': requestHttp }[target.protocol];
  if (!send) throw new NotALinkError('its address is not one of http or https');
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && isRefused(literal)) throw linkLocal();
  const body = JSON.stringify(document);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(target, { method: 'POST', headers, lookup, signal, agent: false }, (answer) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    });
    request.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    request.end(body);
  });
}

/** Looks at the very addresses that are connected to: a name may lead elsewhere the next time that it is asked for. */
const lookup: LookupFunction = (name, options, done) => {
  dns.lookup(name, { ...options, all: true }, (error, found) => {
    if (error) return done(error, '');
    const refused = found.some(({ address }) => isRefused(address));
    if (refused) return done(linkLocal(), '');
    const [first] = found;
    if (options.all) done(null, found);
    else done(null, first?.address ?? '', first?.family);
  });
};

const linkLocal = (): NotALinkError =>
  new NotALinkError('its address is link-local, where machines have their metadata and not people their messages');
