import { z } from 'zod';
import type { ILogger, LogAttributes, LogLevel } from '../../../interfaces/logger.js';

/** Levels, the least urgent first. */
const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const satisfies readonly LogLevel[];

/** Option `level` of a logger site, without default. */
export function levelOption() {
  return z.enum(LOG_LEVELS);
}

/** Logger of all levels. */
export type LeveledLogger = Required<ILogger>;

/** Writes one message of a level that is to be written. */
export type LogWrite = (level: LogLevel, message: string, attributes: LogAttributes, error: unknown) => void;

/** A logger that writes the messages of a level and above. */
export function leveledLogger(least: LogLevel, write: LogWrite): LeveledLogger {
  const at = (level: LogLevel): LeveledLogger['info'] => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return () => undefined;
    return (message, attributes = {}, error) => write(level, message, attributes, error);
  };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}
