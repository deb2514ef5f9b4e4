import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Machines } from '../state/lifecycle';
import type { Instance } from '../state/model';
import { type Confinement, probeConfinement } from './confinement';
import { Host } from './host';
import type { Network } from './network';
import type { Encounters } from './presence';
import { removeFolder } from './remove-folder';
import { findSshd } from './ssh/openssh/program';

export { LOGIN_USER } from './environment';
export type { Host } from './host';
export { openNetwork } from './network';
export type { Encounters } from './presence';

export interface HostsOptions {
  /** Folder for hosts, cache and scripts. */
  dir: string;
  network: Network;
  confinement?: Confinement;
  /** `ssh2`, `openssh` or `netns`, which is `openssh` in another network. Default: as the environment's TRAINCTL_LOCALCLOUD_HOSTS says, else `ssh2`. */
  sshServer?: string | undefined;
  /** A host powered itself off, or asked for a reboot. */
  onPower(instance: Instance, what: 'poweroff' | 'reboot'): void;
}

/** The tag that says at which port an instance's SSH server listens, where that is not the common one. */
const SSH_PORT_TAG = 'trainctl:ssh-port';

/** All hosts of one cloud. */
export class Hosts implements Machines {
  readonly confinement: Confinement;
  private readonly hosts = new Map<string, Host>();
  private readonly strangers = new Map<string, Encounters>();
  private readonly sockets: string;
  private readonly initFolder: string;
  private readonly sshd: string | undefined;

  constructor(private readonly options: HostsOptions) {
    this.confinement = options.confinement ?? probeConfinement();
    this.sshd = findSshd(this.confinement, options.sshServer);
    // Instances do not outlive the process, so what an earlier one left behind belongs to nobody.
    removeFolder(path.join(options.dir, 'hosts'));
    mkdirSync(path.join(options.dir, 'hosts'), { recursive: true, mode: 0o700 });
    const remembered = path.join(options.dir, 'sockets.path');
    if (existsSync(remembered)) rmSync(readFileSync(remembered, 'utf8'), { recursive: true, force: true });
    this.sockets = mkdtempSync(path.join(tmpdir(), 'tcl-'));
    writeFileSync(remembered, this.sockets, { mode: 0o600 });
    this.initFolder = path.join(options.dir, 'host_init');
    // A copy, because hosts outlive a new build of this package.
    cpSync(path.join(__dirname, 'host_init'), this.initFolder, { recursive: true });
  }

  /** Gives a new instance its addresses and its folder. */
  async create(instance: Instance): Promise<void> {
    const { network } = this.options;
    const place = await network.join();
    const { address, port } = place.first;
    instance.privateIp = address;
    instance.publicIp = address;
    if (port !== network.sshPort) instance.tags.set(SSH_PORT_TAG, String(port));
    const host = new Host(
      instance,
      {
        confinement: this.confinement,
        initFolder: this.initFolder,
        folder: path.join(this.options.dir, 'hosts', instance.id),
        sockets: this.sockets,
        cache: path.join(this.options.dir, 'cache'),
        sshd: this.sshd,
        onPower: (what) => this.options.onPower(instance, what),
      },
      place,
    );
    this.hosts.set(instance.id, host);
  }

  find(instanceId: string): Host | undefined {
    return this.hosts.get(instanceId);
  }

  /** What came to the machine that answered in an instance's place; known after the instance is gone, too. */
  strangerOf(instanceId: string): Encounters | null {
    return this.find(instanceId)?.presence.atStranger ?? this.strangers.get(instanceId) ?? null;
  }

  boot(instance: Instance): void {
    this.hosts.get(instance.id)?.boot();
  }

  async powerOff(instance: Instance): Promise<void> {
    await this.hosts.get(instance.id)?.powerOff();
  }

  reboot(instance: Instance): void {
    const host = this.hosts.get(instance.id);
    if (!host) return;
    void host.powerOff().then(() => {
      if (instance.state === 'running') host.boot();
    });
  }

  async discard(instance: Instance): Promise<void> {
    const host = this.hosts.get(instance.id);
    this.hosts.delete(instance.id);
    const met = host?.presence.atStranger;
    if (met) this.strangers.set(instance.id, met);
    await host?.discard();
  }

  async renewPublicIp(instance: Instance): Promise<string> {
    const host = this.hosts.get(instance.id);
    const bound = await host?.anotherAddress();
    // With one address for all, an instance is told by its port, which stays.
    if (!host || !bound) return instance.privateIp;
    host.presence.add(bound.server);
    return bound.address;
  }

  /** Moves a running instance to another address; undefined where all have one. */
  async move(instance: Instance): Promise<string | undefined> {
    const host = this.hosts.get(instance.id);
    const bound = await host?.anotherAddress();
    if (!host || !bound) return undefined;
    host.presence.moveTo(bound.server);
    return bound.address;
  }

  /** Ends every host and everything that it started, and deletes their folders. */
  async close(): Promise<void> {
    await Promise.all([...this.hosts.values()].map((host) => host.discard()));
    this.hosts.clear();
    this.options.network.close();
    await fs.rm(this.sockets, { recursive: true, force: true });
  }
}
