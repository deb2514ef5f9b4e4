import { Writable } from 'node:stream';
import { Output } from '../../../../client/cli/terminal/output';

/** A stream that keeps what is written to it; a terminal when it is given a width. */
export class Capture extends Writable {
  text = '';
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;

  constructor(columns?: number, rows = 24) {
    super();
    if (columns !== undefined) Object.assign(this, { isTTY: true, columns, rows });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

export function output(options: { json?: boolean; columns?: number; env?: NodeJS.ProcessEnv } = {}): {
  out: Output;
  stdout: Capture;
  stderr: Capture;
} {
  const stdout = new Capture(options.columns);
  const stderr = new Capture(options.columns);
  return { out: new Output({ json: options.json ?? false, stdout, stderr, env: options.env ?? {} }), stdout, stderr };
}
