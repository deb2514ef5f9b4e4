import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Mutant, mutated } from './mutant';

const ROOT = path.join(__dirname, '../..');

/** What a built package has, and what its agent is built from. */
const PARTS = ['package.json', 'dist', 'agent', 'python', 'scripts', 'schema', 'local/stack/modules'];

/** A built copy of the product, which may be broken. */
export class Copy {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'trainctl-mutants-'));

  constructor() {
    for (const part of PARTS) cpSync(path.join(ROOT, part), path.join(this.root, part), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(this.root, 'node_modules'));
  }

  /** What the copy has built of a source. */
  private built(source: string): string {
    if (source.startsWith('agent/')) return path.join(this.root, source);
    // A worker loads its workflows as one file.
    const file = source.startsWith('workflows/') ? 'workflow-bundle.js' : source.replace(/\.ts$/, '.js');
    return path.join(this.root, 'dist', file);
  }

  /**
   * Breaks it; answers how it is mended.
   * @throws Error when the text to be replaced is not there exactly once
   */
  apply(mutant: Mutant): () => void {
    const file = this.built(mutant.source);
    const whole = readFileSync(file, 'utf8');
    this.write(file, mutated(mutant, whole, mutant.source));
    return () => this.write(file, whole);
  }

  private write(file: string, text: string): void {
    // Renamed into place: a process that reads it has one or the other.
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    if (!file.endsWith('.py')) return;
    const made = spawnSync(process.execPath, [path.join(this.root, 'scripts/agent.mjs')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`the agent could not be made: ${made.stderr}`);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
