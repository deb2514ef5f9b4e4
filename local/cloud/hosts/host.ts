import { mkdirSync, readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../failures';
import { Imds } from '../imds/server';
import type { Instance } from '../state/model';
import type { Bound } from './address';
import { runCloudInit } from './boot/run';
import { parseUserData } from './boot/user-data';
import type { Confinement } from './confinement';
import { hostEnvironment, LOGIN_USER } from './environment';
import { type Cover, type ExecRequest, InitProcess, type RunningExec } from './init-process';
import type { Place } from './network';
import { Presence } from './presence';
import { writeShims } from './shims';
import { randomHostKey, usableHostKey } from './ssh/keys';
import { writeAccounts } from './ssh/openssh/accounts';
import { OpenSshServer } from './ssh/openssh/server';
import { type Gate, SshDoor, type SshServer } from './ssh/server';
import { Ssh2Server } from './ssh/ssh2';

export interface HostOptions {
  confinement: Confinement;
  initFolder: string;
  /** Folder of this host alone. */
  folder: string;
  /** Short folder for Unix sockets. */
  sockets: string;
  cache: string;
  /** OpenSSH's server, where hosts are to run that. */
  sshd: string | undefined;
  onPower(what: 'poweroff' | 'reboot'): void;
}

/** The machine behind one instance: a folder, an SSH server, an IMDS, and the processes of the present boot. */
export class Host {
  readonly home: string;
  readonly port: number;
  environment: Record<string, string> = {};
  readonly presence: Presence;
  private readonly root: string;
  private readonly logPath: string;
  private readonly ssh: SshServer;
  private readonly door: SshDoor;
  private readonly imds: Imds;
  private init: Promise<InitProcess> | undefined;
  private authorizedKeys: string[] = [];
  /** Counts boots; what belongs to an earlier one must not act on the present. */
  private boots = 0;
  private up = false;
  /** Of all boots so far; never rejects. */
  private starting: Promise<void> = Promise.resolve();
  /** Its folder is deleted, or about to be: nothing boots here any more, such as after a reboot that was asked for before. */
  private discarded = false;
  private partitioned = false;
  private hasKeys = false;
  private imdsOpened: Promise<string | undefined> | undefined;
  private prepared: Promise<void> | undefined;
  private covers: Cover[] = [];

  constructor(
    private readonly instance: Instance,
    private readonly options: HostOptions,
    private readonly place: Place,
  ) {
    this.root = path.join(options.folder, 'root');
    this.home = path.join(this.root, 'home', LOGIN_USER);
    this.logPath = path.join(options.folder, 'console.log');
    this.port = place.first.port;
    const { sshd } = options;
    this.ssh = sshd ? new OpenSshServer(this, sshd, path.join(options.folder, 'ssh')) : new Ssh2Server(this);
    this.door = new SshDoor(this.ssh);
    this.presence = new Presence(this.door, place.first.server);
    this.imds = new Imds(instance, () => this.authorizedKeys);
  }

  get address(): string {
    return this.instance.privateIp;
  }

  /** Switches the machine on and runs what its user data asks for, without waiting for it. */
  boot(): void {
    if (this.discarded) return;
    this.boots += 1;
    this.up = true;
    // Silence needs no preparation: nobody may see such a machine answer.
    if (this.gate() === 'silent') this.door.setGate('silent');
    const before = this.starting;
    const now = this.start(this.boots).catch((error: unknown) => {
      console.error(`${this.instance.id}: boot failed: ${messageOf(error)}`);
    });
    this.starting = now.then(() => before);
  }

  /** One more address of its own; undefined where all hosts have the same. */
  async anotherAddress(): Promise<Bound | undefined> {
    const bound = await this.place.bind();
    if (bound.address !== this.place.first.address) return bound;
    bound.server.close();
    return undefined;
  }

  /** Starts a process on the host. @throws Error when the machine is off. */
  async exec(request: ExecRequest): Promise<RunningExec> {
    const init = await this.running();
    return init.exec(request);
  }

  /** What to put before a command so that it runs on the host. @throws Error when the machine is off. */
  async enter(): Promise<string[]> {
    return (await this.running()).enter();
  }

  /** Ends everything that runs here; the folder stays. */
  async powerOff(): Promise<void> {
    this.up = false;
    this.boots += 1;
    this.door.setGate('closed');
    const init = this.init;
    this.init = undefined;
    await (await init?.catch(() => undefined))?.end();
  }

  /** Switches off for good and deletes the folder. */
  async discard(): Promise<void> {
    this.discarded = true;
    await this.powerOff();
    // It may be about to write into the folder.
    await this.starting;
    await this.prepared?.catch(() => undefined);
    this.imds.close();
    this.presence.close();
    this.place.leave();
    await fs.rm(this.options.folder, { recursive: true, force: true, maxRetries: 5 });
    await fs.rm(this.socketPath(), { force: true });
  }

  partition(on: boolean): void {
    this.partitioned = on;
    this.door.setGate(this.gate());
  }

  /** What a serial console has shown since the first boot. */
  consoleOutput(): string {
    try {
      return readFileSync(this.logPath, 'utf8');
    } catch {
      return '';
    }
  }

  /** Command lines of what runs here, for people; only where a namespace tells them apart. */
  async processes(): Promise<string[]> {
    if (!this.init || !this.up) return [];
    const init = await this.init;
    return init.processes();
  }

  get isPartitioned(): boolean {
    return this.partitioned;
  }

  private gate(): Gate {
    if (!this.up) return 'closed';
    return this.partitioned || this.instance.noBoot ? 'silent' : 'open';
  }

  private async start(boot: number): Promise<void> {
    mkdirSync(this.options.folder, { recursive: true, mode: 0o700 });
    this.imdsOpened ??= this.place.openImds(this.imds.open());
    const imdsUrl = await this.imdsOpened;
    const { confinement, cache } = this.options;
    const folders = { root: this.root, home: this.home, shims: path.join(this.options.folder, 'bin'), cache };
    this.environment = hostEnvironment(folders, confinement.python, imdsUrl, this.instance.id);
    if (this.instance.userData) await this.ready();
    if (boot !== this.boots) return;
    this.door.setGate(this.gate());
    await runCloudInit({
      plan: parseUserData(this.instance.userData),
      root: this.root,
      scripts: this.options.folder,
      logPath: this.logPath,
      firstBoot: !this.hasKeys,
      run: async (argv) => {
        if (boot !== this.boots) return { error: 'the machine was switched off' };
        const init = await this.running();
        return init.run({ argv, env: this.environment, cwd: '/' }, this.logPath);
      },
      setKeys: (hostKey, authorizedKeys) => this.setKeys(hostKey, authorizedKeys),
      cancelled: () => boot !== this.boots,
    });
  }

  /** Makes the folders; called when something first needs them, so that hundreds of idle instances start quickly. */
  ready(): Promise<void> {
    this.prepared ??= this.prepare();
    return this.prepared;
  }

  private async prepare(): Promise<void> {
    for (const name of ['tmp', 'etc', 'var/log', 'var/tmp', 'run', `home/${LOGIN_USER}`]) {
      await fs.mkdir(path.join(this.root, name), { recursive: true });
    }
    await writeShims(path.join(this.options.folder, 'bin'), path.join(this.options.folder, 'power'));
    if (this.options.sshd) this.covers = writeAccounts(this.options.folder, this.home);
  }

  private setKeys(hostKey: string | undefined, authorizedKeys: string[]): void {
    this.hasKeys = true;
    this.authorizedKeys = authorizedKeys;
    const usable = usableHostKey(hostKey);
    if (this.instance.wrongHostKey) this.ssh.setHostKey(randomHostKey());
    else if (usable) this.ssh.setHostKey(usable);
    this.ssh.authorize(authorizedKeys);
  }

  /** The first process of this boot; started when something first needs it. */
  private running(): Promise<InitProcess> {
    if (!this.up) return Promise.reject(new Error('the machine is off'));
    const { confinement, initFolder, folder } = this.options;
    const boot = this.boots;
    const power = (what: string) => {
      if (boot === this.boots && (what === 'poweroff' || what === 'reboot')) this.options.onPower(what);
    };
    if (this.init) return this.init;
    const init = Promise.all([this.ready(), fs.rm(this.socketPath(), { force: true })]).then(() =>
      InitProcess.start({
        enter: this.place.enter,
        confinement,
        initFolder,
        socketPath: this.socketPath(),
        fifoPath: path.join(folder, 'power'),
        shimPath: path.join(folder, 'bin', 'sudo'),
        covers: this.covers,
        marker: this.instance.id,
        onPower: power,
        // reboot(2) within a PID namespace ends its first process.
        onLost: () => power('poweroff'),
      }),
    );
    this.init = init;
    init.catch(() => {
      // The next one who needs it tries again.
      if (this.init === init) this.init = undefined;
    });
    return init;
  }

  private socketPath(): string {
    return path.join(this.options.sockets, `${this.instance.id.slice(2, 12)}.sock`);
  }
}
