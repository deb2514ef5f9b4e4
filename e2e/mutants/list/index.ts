import type { Mutant } from '../mutant';
import { codeMutants } from './code';
import { dataMutants } from './data';
import { endingMutants } from './endings';
import { operatorMutants } from './operator';
import { trainingMutants } from './training';

/** All of them: three or more for each scenario. */
export const MUTANTS: readonly Mutant[] = [
  ...trainingMutants,
  ...codeMutants,
  ...dataMutants,
  ...endingMutants,
  ...operatorMutants,
];
