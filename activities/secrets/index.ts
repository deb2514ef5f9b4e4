/** What a run's command may know and nobody else: read from the worker's environment, taken out of every message. */
export { type SecretValues, secretFault, secretsOf } from './read';
export { redact } from './redact';
