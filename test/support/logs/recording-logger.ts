export { type LogRecord, RecordingLoggerSite } from '../../../src/implements/testing/recorded-logger.js';
