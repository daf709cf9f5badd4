import { ConfigurationError } from '../../../interfaces/errors.js';
import type { ResolvedConnection } from './connection-shape.js';
import type { OptionSource, SourcedOption } from './option-source.js';
import { parseRedisUrl, URL_EXPECTED } from './redis-url.js';

const TRUE = new Set(['true', '1', 'yes', 'on']);
const FALSE = new Set(['false', '0', 'no', 'off']);
const WHERE = ['host', 'port', 'path'] as const;

/** Options of one source. */
interface Found {
  readonly enabled: boolean | undefined;
  readonly options: Partial<ResolvedConnection>;
}

/**
 * Options completed from further sources: declared options take precedence over those of a source, and earlier sources
 * over later ones. `undefined` when a source switches the connection off.
 *
 * @throws {ConfigurationError} `E_CONFIG_ENV` with everything that is wrong, and without its text.
 */
export function withSources(
  options: ResolvedConnection,
  sources: readonly OptionSource[],
): ResolvedConnection | undefined {
  if (sources.length === 0) return options;
  const { url, ...declared } = options;
  const parts = url === undefined ? {} : withoutUndefined(parseRedisUrl(url) ?? {});
  let merged: Partial<ResolvedConnection> = { ...parts, ...withoutUndefined(declared) };
  let enabled: boolean | undefined;
  for (const source of sources) {
    const found = new SourceReader(source).read();
    enabled ??= found.enabled;
    merged = below(merged, found.options);
  }
  if (enabled === false) return undefined;
  if (merged.username !== undefined && !merged.password && merged.credentials === undefined) {
    const [{ name, nameOf }] = sources as [OptionSource];
    throw sourceError(name, [[nameOf('password'), 'expected a password for the user name, got nothing']]);
  }
  return merged;
}

/** Completes options with those of a lower precedence. */
function below(
  above: Partial<ResolvedConnection>,
  found: Partial<ResolvedConnection>,
): Partial<ResolvedConnection> {
  const rest = { ...found };
  // The source that names a server at all names all of it: host and port complete each other, a socket excludes both.
  const isElsewhere = above.sentinels !== undefined || above.nodes !== undefined || above.path !== undefined;
  if (isElsewhere) for (const part of WHERE) delete rest[part];
  if (above.host !== undefined) delete rest.path;
  if (rest.path !== undefined) for (const part of ['host', 'port'] as const) delete rest[part];
  if (above.credentials !== undefined) {
    delete rest.username;
    delete rest.password;
  }
  return { ...rest, ...above };
}

/** Reads and validates the options of one source. */
class SourceReader {
  readonly #source: OptionSource;
  readonly #problems: [name: string, message: string][] = [];

  constructor(source: OptionSource) {
    this.#source = source;
  }

  /** @throws {ConfigurationError} */
  read(): Found {
    const enabled = this.#flag();
    const url = this.#url();
    const options: Partial<ResolvedConnection> = withoutUndefined({
      ...url,
      tls: url?.tls === true ? true : undefined,
      host: this.#text('host') ?? url?.host,
      port: this.#number('port', 1, 65_535) ?? url?.port,
      db: this.#number('db', 0, Number.MAX_SAFE_INTEGER) ?? url?.db,
      username: this.#text('username') ?? url?.username,
      password: this.#text('password') ?? url?.password,
      maxConnections: this.#number('maxConnections', 1, 10_000),
      commandTimeout: this.#duration('commandTimeout'),
      connectTimeout: this.#duration('connectTimeout'),
    });
    if (enabled !== false && this.#problems.length > 0) throw sourceError(this.#source.name, this.#problems);
    return { enabled, options };
  }

  #text(option: SourcedOption): string | undefined {
    return this.#source.textOf(option);
  }

  #url() {
    const text = this.#text('url');
    if (text === undefined) return undefined;
    const parsed = parseRedisUrl(text);
    if (parsed === undefined) this.#refuse('url', URL_EXPECTED, text);
    for (const part of ['host', 'port', 'db', 'username', 'password'] as const) {
      const isSaidTwice = part === 'username' || part === 'password' ? parsed?.[part] !== undefined : true;
      if (this.#text(part) === undefined || !isSaidTwice) continue;
      const { nameOf } = this.#source;
      this.#problems.push([nameOf(part), `conflicts with ${nameOf('url')}, which already sets it`]);
    }
    return parsed;
  }

  #number(option: SourcedOption, least: number, most: number): number | undefined {
    const text = this.#text(option);
    if (text === undefined) return undefined;
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
    return this.#refuse(option, `a whole number ${range}`, text);
  }

  #duration(option: SourcedOption): number | undefined {
    const text = this.#text(option);
    if (text === undefined) return undefined;
    const ms = this.#source.durationMs(text);
    return ms >= 1 ? ms : this.#refuse(option, this.#source.durationExpected, text);
  }

  #flag(): boolean | undefined {
    const text = this.#text('enabled')?.toLowerCase();
    if (text === undefined || TRUE.has(text)) return text === undefined ? undefined : true;
    if (FALSE.has(text)) return false;
    this.#refuse('enabled', 'true, 1, yes or on, or false, 0, no or off', text);
    return undefined;
  }

  #refuse(option: SourcedOption, expected: string, text: string): undefined {
    const message = `expected ${expected}, got a string of ${text.length} characters`;
    this.#problems.push([this.#source.nameOf(option), message]);
  }
}

function sourceError(source: string, problems: readonly (readonly [string, string])[]): ConfigurationError {
  const place = { source, line: 0, column: 0, hint: 'or declare the option, which takes precedence' };
  return new ConfigurationError(
    'E_CONFIG_ENV',
    problems.map(([path, message]) => ({ ...place, path, message })),
  );
}

function withoutUndefined<T extends object>(parts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}
