import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { REGION } from './catalog/network';
import { Control } from './control';
import { loadControlToken } from './control/token';
import { loadCredentials } from './credentials';
import { Ec2Service } from './ec2/service';
import { FaultStore } from './faults/store';
import { Experiments, FisCalls, FisService } from './fis';
import { Hosts, LOGIN_USER, openNetwork } from './hosts';
import { CallLog, s3Requests } from './iam';
import { createS3 } from './s3';
import type { Credentials } from './sigv4';
import { DEFAULT_TIME_SCALE, ScaledClock } from './state/clock';
import { Interruptions } from './state/interruptions';
import { Lifecycle } from './state/lifecycle';
import type { Instance } from './state/model';
import { StateFile } from './state/state-file';
import { Store } from './state/store';
import { refuseStranger } from './strangers';

export interface CloudOptions {
  /** Folder for objects, hosts and credentials; made if it is not there. */
  dir: string;
  /** Port of EC2 and S3 on 127.0.0.1. Default 0: a free one. */
  port?: number;
  /** Port of the instances' SSH servers, each on its own address. Default 2022, and 22 in network namespaces. */
  sshPort?: number;
  /** Whether each instance has a loopback address of its own; default: if the machine has them. Else each has its own port. */
  ownAddresses?: boolean;
  /** What the instances are: `ssh2`, `openssh` or `netns`. Default: the environment's TRAINCTL_LOCALCLOUD_HOSTS, else `ssh2`. */
  sshServer?: string;
  /** How many times faster than EC2 the state machine runs. Default 100. */
  timeScale?: number;
}

/** What a client needs to know of a running local cloud; the line that the process prints. */
export interface CloudInfo {
  url: string;
  pid: number;
  accessKeyId: string;
  secretAccessKey: string;
  region: string;
  /** For `/_local/`: `authorization: Bearer …`. */
  controlToken: string;
  sshPort: number;
  user: string;
}

/** A running local cloud. */
export interface Cloud {
  info: CloudInfo;
  credentials: Credentials;
  /** All that EC2 and FIS remember, for whoever runs it in the process. */
  store: Store;
  /** Ends every host and everything that it started, then the servers. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts EC2, S3, and the control interface on one port of 127.0.0.1.
 * @throws CannotStart when this machine lacks what hosts need.
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const dir = path.resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const credentials = loadCredentials(dir);
  const store = new Store();
  const clock = new ScaledClock(options.timeScale ?? DEFAULT_TIME_SCALE);
  const file = new StateFile(path.join(dir, 'ec2.json'), store);
  const known = file.load();
  const faults = new FaultStore();
  const power = (instance: Instance, what: 'poweroff' | 'reboot') => {
    if (what === 'reboot') lifecycle.reboot([instance]);
    else lifecycle.hostPoweredOff(instance);
  };
  const { sshPort, ownAddresses, sshServer } = options;
  const network = await openNetwork({ sshPort, ownAddresses, hosts: sshServer });
  const hosts = new Hosts({
    dir,
    network,
    sshServer,
    onPower: power,
  });
  const lifecycle = new Lifecycle(store, clock, hosts);
  lifecycle.onChange = () => void file.save();
  if (known) lifecycle.restored();
  const interruptions = new Interruptions(store, lifecycle);
  const log = new CallLog();
  const ec2 = new Ec2Service({
    region: REGION,
    log,
    credentials,
    cloud: {
      store,
      lifecycle,
      faults,
      createHost: (instance) => hosts.create(instance),
      discardHost: (instance) => hosts.discard(instance),
      consoleOutput: (id) => hosts.find(id)?.consoleOutput() ?? '',
      save: () => file.save(),
    },
  });
  const experiments = new Experiments({ store, clock, interruptions, changed: () => void file.save() });
  if (known) experiments.restored();
  const calls = new FisCalls({ store, experiments });
  const fis = new FisService({ region: REGION, credentials, faults, calls, log, save: () => file.save() });
  const s3 = createS3({
    dir: path.join(dir, 's3'),
    region: REGION,
    credentials,
    faults,
    onCall: (req, right, request) => log.record(req, s3Requests(right, request)),
  });
  const token = loadControlToken(dir);
  const control = new Control({
    store,
    hosts,
    faults,
    clock,
    lifecycle,
    interruptions,
    calls: () => ({ ...ec2.calls, ...fis.counts }),
    log,
    token,
  });

  const services = { control, ec2, fis, s3 };
  const server = createServer((request, response) => {
    if (refuseStranger(request, response)) return;
    void services[serviceOf(request)].handle(request, response);
  });
  await listen(server, options.port ?? 0);
  network.serve(server);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('a TCP server has an address');
  let closing: Promise<void> | undefined;
  const shutDown = async () => {
    server.close();
    interruptions.stop();
    control.stop();
    clock.stop();
    await hosts.close();
    lifecycle.stop();
    await lifecycle.idle();
    await file.close();
    server.closeAllConnections();
  };
  return {
    info: {
      url: `http://127.0.0.1:${bound.port}`,
      pid: process.pid,
      ...credentials,
      region: REGION,
      controlToken: token,
      sshPort: network.sshPort,
      user: LOGIN_USER,
    },
    credentials,
    store,
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };
}

/** `/_local/` cannot be a bucket; EC2 is the only service that is posted to at the root with a form; what is signed for FIS is FIS's. */
function serviceOf(request: IncomingMessage): 'control' | 'ec2' | 'fis' | 's3' {
  const [target = '/'] = (request.url ?? '/').split('?');
  if (target === '/_local' || target.startsWith('/_local/')) return 'control';
  const scope = /Credential=[^,\s]*\/([a-z0-9-]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1];
  if (scope === 'fis') return 'fis';
  if (request.method !== 'POST' || target !== '/') return 's3';
  const form = String(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  return scope === 'ec2' || (form && scope !== 's3') ? 'ec2' : 's3';
}

async function listen(server: Server, port: number): Promise<void> {
  // Uploads may take longer than node's five minutes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 60_000;
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
