import { z } from 'zod';
import { defaultsOf } from '../../foundation/options/defaults.js';
import { connectionShape } from './connection-shape.js';

/** Defaults of the options of a connection. */
export const CONNECTION_DEFAULTS = defaultsOf(z.object(connectionShape), [
  'host',
  'port',
  'db',
  'readFrom',
  'clientName',
  'connectTimeout',
  'commandTimeout',
  'maxInFlight',
  'maxWaitingBytes',
  'dataConnections',
  'maxConnections',
  'required',
  'fromEnv',
  'configSession',
]);
