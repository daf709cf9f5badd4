import { ResolutionError } from '../../../interfaces/errors.js';
import { importedVersion } from './driver-version.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** The part of node-redis that is used here, so that none of its types becomes part of ours. */
export interface Driver {
  createClient(options: object): DriverClient;
  readonly RESP_TYPES: {
    readonly BLOB_STRING: number;
    readonly VERBATIM_STRING: number;
    readonly MAP: number;
    readonly NUMBER: number;
  };
  readonly ErrorReply: ErrorClass;
  readonly ClientClosedError: ErrorClass;
  readonly ClientOfflineError: ErrorClass;
  readonly AbortError: ErrorClass;
}

/** Options of one command. */
export interface DriverCommandOptions {
  readonly typeMapping?: Readonly<Record<number, unknown>>;
  /** Withdraws the command as long as it has not been written. */
  readonly abortSignal?: AbortSignal;
}

type Listener = (message: Buffer, channel: Buffer) => void;

export interface DriverClient {
  connect(): Promise<unknown>;
  sendCommand(command: readonly (string | Buffer)[], options?: DriverCommandOptions): Promise<unknown>;
  subscribe(channel: string, listener: Listener, bufferMode: true): Promise<unknown>;
  pSubscribe(pattern: string, listener: Listener, bufferMode: true): Promise<unknown>;
  sSubscribe(channel: string, listener: Listener, bufferMode: true): Promise<unknown>;
  unsubscribe(channels: string | readonly string[]): Promise<unknown>;
  pUnsubscribe(pattern: string): Promise<unknown>;
  sUnsubscribe(channel: string): Promise<unknown>;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  /** Keys of `emitInvalidate`. */
  on(event: 'invalidate', listener: (key: Buffer | null) => void): unknown;
  /** The server has ended a subscription, because it no longer serves the slot of its channel. */
  on(event: 'sharded-channel-moved', listener: (channel: string) => void): unknown;
  destroy(): void;
}

/** A client that can be duplicated. */
interface PatternClient extends DriverClient {
  duplicate(options: object): DriverClient;
}

let loaded: Driver | undefined;

/**
 * Loads node-redis, which an application installs with this package if it uses Redis.
 *
 * @throws {ResolutionError} `E_PEER_MISSING` when it is not installed, or in another major version; the message says
 *   what to install.
 */
export async function loadDriver(): Promise<Driver> {
  loaded ??= withOneClass(checked(await importDriver()));
  return loaded;
}

/** @throws {ResolutionError} `E_PEER_MISSING` for another major version, whose commands and options are different. */
function checked(driver: Driver & { readonly default?: unknown }): Driver {
  const version = importedVersion('redis', driver.default);
  const isNeeded = version === undefined ? 'RESP_TYPES' in driver : /^6\./.test(version);
  if (isNeeded) return driver;
  const found = version === undefined ? 'another version is installed' : `version ${version} is installed`;
  throw new ResolutionError(
    'E_PEER_MISSING',
    `Redis needs version 6 of the package redis, and ${found}: npm install redis@6`,
  );
}

async function importDriver(): Promise<Driver> {
  try {
    return (await import('redis')) as unknown as Driver;
  } catch (error) {
    if (isAbsent(error)) {
      throw new ResolutionError('E_PEER_MISSING', 'Redis needs the package redis: npm install redis@6');
    }
    throw new ResolutionError(
      'E_PEER_MISSING',
      `the package redis cannot be loaded (${firstLineOf(error)}): npm install redis@6; in a bundle, mark redis as external`,
      { cause: error },
    );
  }
}

/** Tells a missing driver from one that is incomplete; a bundle may have turned `import` into `require`. */
function isAbsent(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && /'redis'/.test(`${message}`);
}

function firstLineOf(error: unknown): string {
  if (!(error instanceof Error)) return `it threw a ${typeof error}`;
  return `${error.name}: ${error.message}`.split('\n', 1)[0] ?? '';
}

/**
 * node-redis generates a class with all its commands for every client whose options differ from the previous one, which
 * blocks the event loop for tens of milliseconds at every attempt to connect. Here all clients are duplicates of one
 * that never connects, and share its class.
 */
function withOneClass(driver: Driver): Driver {
  let pattern: PatternClient | undefined;
  return {
    ...driver,
    createClient: (options) => {
      pattern ??= driver.createClient({ RESP: 3, maintNotifications: 'disabled' }) as PatternClient;
      return pattern.duplicate(options);
    },
  };
}
