import { ConfigurationError } from '../../../interfaces/errors.js';
import { TRUTH_EXPECTED, truthOf } from '../../foundation/options/truth.js';
import type { ResolvedConnection } from './connection-shape.js';
import type { OptionSource, SourcedOption } from './option-source.js';
import { parseRedisUrl, tlsBeside, type UrlParts, urlRefusal } from './redis-url.js';

const WHERE = ['host', 'port', 'path'] as const;

/** Options of one source. */
interface Found {
  readonly enabled: boolean | undefined;
  readonly options: SourceOptions;
}

/** A source says by its URL whether the connection is encrypted; only a declaration says how. */
type SourceOptions = Omit<Partial<ResolvedConnection>, 'tls'> & { tls?: boolean };

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
  const parts = url === undefined ? undefined : parseRedisUrl(url);
  const tls = tlsBeside(parts, declared.tls);
  let merged: Partial<ResolvedConnection> = withoutUndefined({
    ...parts,
    ...withoutUndefined(declared),
    tls,
  });
  let enabled: boolean | undefined;
  for (const source of sources) {
    const found = new SourceReader(source, merged).read();
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
function below(above: Partial<ResolvedConnection>, found: SourceOptions): Partial<ResolvedConnection> {
  const rest = { ...found };
  // The source that names a server at all names all of it: host and port complete each other, a socket excludes both.
  const isElsewhere = above.sentinels !== undefined || above.nodes !== undefined || above.path !== undefined;
  if (isElsewhere) for (const part of WHERE) delete rest[part];
  if (above.path !== undefined) delete rest.tls;
  if (above.host !== undefined) delete rest.path;
  if (rest.path !== undefined) for (const part of ['host', 'port'] as const) delete rest[part];
  if (above.credentials !== undefined) {
    delete rest.username;
    delete rest.password;
  }
  const tls = isElsewhere || above.host !== undefined ? above.tls : tlsBeside(found, above.tls);
  return { ...rest, ...above, ...withoutUndefined({ tls }) };
}

/** Reads and validates the options of one source, as far as they count: not those that are given above it. */
class SourceReader {
  readonly #source: OptionSource;
  readonly #above: Partial<ResolvedConnection>;
  readonly #problems: [name: string, message: string][] = [];

  constructor(source: OptionSource, above: Partial<ResolvedConnection>) {
    this.#source = source;
    this.#above = above;
  }

  /** @throws {ConfigurationError} */
  read(): Found {
    const enabled = this.#flag();
    const url = this.#url();
    const address = this.#address(url);
    const options: SourceOptions = withoutUndefined({
      ...url,
      host: url?.host ?? this.#name('host') ?? address.host,
      port: url?.port ?? address.port,
      db: url?.db ?? this.#number('db', 0, Number.MAX_SAFE_INTEGER),
      username: url?.username ?? this.#name('username'),
      password: url?.password ?? this.#text('password'),
      maxConnections: this.#number('maxConnections', 1, 10_000),
      commandTimeout: this.#duration('commandTimeout'),
      connectTimeout: this.#duration('connectTimeout'),
    });
    if (enabled !== false && this.#problems.length > 0) throw sourceError(this.#source.name, this.#problems);
    return { enabled, options };
  }

  /** `undefined` when the option is absent, or given above. */
  #text(option: SourcedOption): string | undefined {
    if (this.#isAbove(option)) return undefined;
    const text = this.#source.textOf(option);
    if (text === undefined || !/[\r\n]$/.test(text)) return text;
    return this.#refuse(option, 'text without a line break at its end', text);
  }

  #isAbove(option: SourcedOption): boolean {
    const above = this.#above;
    if (option === 'enabled' || option === 'url') return false;
    if (option === 'username' || option === 'password') {
      return above.credentials !== undefined || above[option] !== undefined;
    }
    const isElsewhere =
      above.sentinels !== undefined || above.nodes !== undefined || above.path !== undefined;
    return above[option] !== undefined || (isElsewhere && (option === 'host' || option === 'port'));
  }

  /** A name that messages may repeat. */
  #name(option: 'host' | 'username'): string | undefined {
    const text = this.#text(option);
    if (text === undefined || !/[\s\p{Cc}]/u.test(text)) return text;
    return this.#refuse(option, 'a name without white space', text);
  }

  #url(): UrlParts | undefined {
    const text = this.#text('url');
    if (text === undefined) return undefined;
    return parseRedisUrl(text) ?? this.#refuse('url', urlRefusal(text), text);
  }

  /** Port, or the address that Kubernetes and container links put in its place: `tcp://10.0.0.1:6379`. */
  #address(url: UrlParts | undefined): { readonly host?: string; readonly port?: number } {
    if (url?.port !== undefined) return {};
    const text = this.#text('port');
    const linked = text === undefined ? null : /^tcp:\/\/(?<host>[^/:@\s]+):(?<port>\d{1,5})$/.exec(text);
    if (linked?.groups?.host !== undefined) {
      return { host: linked.groups.host, port: Number(linked.groups.port) };
    }
    const port = this.#number('port', 1, 65_535);
    return port === undefined ? {} : { port };
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
    const text = this.#text('enabled');
    if (text === undefined) return undefined;
    return truthOf(text) ?? this.#refuse('enabled', TRUTH_EXPECTED, text);
  }

  #refuse(option: SourcedOption, expected: string, text: string): undefined {
    const name = this.#source.nameOf(option);
    const end = /[\r\n]$/.test(text) ? ' that ends in a line break' : '';
    const message = `expected ${expected}, got a string of ${text.length} characters${end}`;
    if (!this.#problems.some(([known]) => known === name)) this.#problems.push([name, message]);
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
