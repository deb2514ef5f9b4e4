/** One at a time for each key: what decides on a write and what stores it happen as one step. */
export class Locks {
  private readonly tails = new Map<string, Promise<void>>();

  async run<T>(key: string, step: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    let release = (): void => undefined;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const tail = before.then(() => mine);
    this.tails.set(key, tail);
    await before;
    try {
      return await step();
    } finally {
      release();
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }

  /** Whether anything is going on. */
  get busy(): boolean {
    return this.tails.size > 0;
  }
}
