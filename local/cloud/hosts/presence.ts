import type { Server } from 'node:net';
import type { SshDoor } from './ssh/server';
import { Stranger } from './ssh/stranger';

/** What came to a machine that answered in the place of a host. */
export interface Encounters {
  connections: number;
  /** Requests for a login, with whatever key. */
  logins: number;
}

/** At which addresses an instance answers, and at which another machine does in its place. */
export class Presence {
  /** Of all its addresses, those that it has left included. */
  private readonly listeners: Server[] = [];
  /** Of those that are its own by now. */
  private own: Server[] = [];
  private stranger: Stranger | undefined;

  constructor(
    private readonly door: SshDoor,
    first: Server,
  ) {
    this.add(first);
  }

  /** One more address at which its SSH server is reached. */
  add(listener: Server): void {
    this.listeners.push(listener);
    this.own.push(listener);
    this.door.listenOn(listener);
  }

  /** From now on at this address alone: at those that it had another machine answers. Connections are cut. */
  moveTo(listener: Server): void {
    this.impersonate();
    this.own = [];
    this.add(listener);
  }

  /** Another machine answers in its place, with a host key of its own, until {@link reappear}. Connections are cut. */
  impersonate(): void {
    this.stranger ??= new Stranger();
    for (const listener of this.own) this.stranger.answerAt(listener.removeAllListeners('connection'));
    this.door.cut();
  }

  /** Answers at its own addresses again. */
  reappear(): void {
    for (const listener of this.own) this.door.listenOn(listener.removeAllListeners('connection'));
    this.stranger?.cut();
  }

  /** What came to the machine that answers, or answered, in its place. */
  get atStranger(): Encounters | null {
    return this.stranger ? { connections: this.stranger.connections, logins: this.stranger.logins } : null;
  }

  close(): void {
    for (const listener of this.listeners) listener.close();
    this.stranger?.cut();
  }
}
