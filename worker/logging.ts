import type { LogLevel as SdkLevel, Logger as SdkLogger } from '@temporalio/common';
import pino, { type Logger } from 'pino';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured log on stderr, one JSON object a line: stdout belongs to the ready line. */
export function createLog(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    // Synchronous: what is logged just before a crash is what people need most.
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Fields of the SDK that nobody reads: a token of several hundred bytes, a fixed word. */
const NOISE = ['taskToken', 'sdkComponent', 'isLocal'];

/** What the SDK says at each start and stop is for those who debug it. That one worker has no workflows is on purpose. */
const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'debug', WARN: 'warn', ERROR: 'error' } as const;

/** The Temporal SDK's log lines, in ours. */
export function sdkLogger(log: Logger): SdkLogger {
  const write = (level: SdkLevel, message: string, meta: object = {}): void => {
    const fields = Object.fromEntries(Object.entries(meta).filter(([name]) => !NOISE.includes(name)));
    log[message.startsWith('No workflows registered') ? 'debug' : LEVELS[level]](fields, message);
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
