export { FisCalls } from './calls';
export { Experiments, FIS_ROLE } from './experiments';
export { FisService } from './service';
