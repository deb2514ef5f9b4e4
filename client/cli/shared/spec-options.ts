import type { Command } from 'commander';
import { collect } from './command';

/** What is changed of a spec on the command line, wherever one is read. */
export const withSpecOptions = (command: Command): Command =>
  command
    .option('--set <path=value>', 'change one value of the spec (repeatable), such as limits.maxDuration=4h', collect)
    .option(
      '--env <name=value>',
      'set a variable of the training (repeatable); a name alone takes its value here',
      collect,
    )
    .option('--env-file <file>', 'set variables from a file of NAME=VALUE lines');

/** The argument that says where the spec is. */
export const SPEC = 'a spec file, or a folder that holds one; default: trainctl.yaml, .yml or .json of this folder';
