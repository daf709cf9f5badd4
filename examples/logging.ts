/** Loggers: to the console, through pino, or nowhere; and a value that is computed when it is first asked for. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import {
  ConsoleLoggerSite,
  ILoggerSite,
  lazy,
  loadComponentSite,
  type PinoLogger,
  PinoLoggerSite,
  SilentLoggerSite,
} from 'inversify-cache';

// region console
const loggerSite = new ConsoleLoggerSite({ level: 'debug' });
loggerSite.getLogger('orders').warning('payment is late', { order: 7 });
// endregion

/** Stands in for pino() here, which an application installs. */
class Fake implements PinoLogger {
  debug = (): void => undefined;
  info = (fields: object, message: string): void => console.log(message, JSON.stringify(fields));
  warn = this.info;
  error = this.info;
  child = (): PinoLogger => this;
}
const logger = new Fake();
{
  // region pino
  const loggerSite = new PinoLoggerSite({ logger }); // The application's own: pino({ level: 'debug' })
  // endregion
  loggerSite.getLogger('orders').info('paid', { order: 7, cardToken: 'never shown' });
}
// region silent
const silence = new SilentLoggerSite(); // Or declared: class: SilentLoggerSite
// endregion
silence.getLogger('orders').error('nobody reads this');

// region declared
const site = await loadComponentSite(); // config/default.yml: settings, a console logger, a cache.
site.getComponent(ILoggerSite, 'Builtin').getLogger('app').info('started');
// endregion
await site.close();

const file = new URL('../package.json', import.meta.url);
// region lazy
const template = lazy(() => readFile(file, 'utf8'));
const [first, second] = await Promise.all([template(), template()]); // Reads the file once.
// endregion
assert.equal(first, second);
