import type { CommandRun } from './frame/call.js';

/** Command of the command line. Its module is imported when it runs, so that help comes at once. */
export interface CommandSpec {
  /** Name and arguments, as help shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** Two examples at most, shown by its help. */
  readonly examples: readonly string[];
  load(): Promise<CommandRun>;
}

const FILE = ['-f, --file <file>', 'declaration file; default: $INVERSIFY_CACHE_FILE'] as const;
const IMPORT = [
  '--import <module>',
  'module of the application to import first, which defines the interfaces of its own',
] as const;
const CACHE = ['-c, --cache <name>', 'name of the entry; default: the default entry'] as const;
const INTERFACE = [
  '-i, --interface <name>',
  'interface of the entry, when several have that name: ICache, ITypedCache or IKeyValue',
] as const;
const YES = ['-y, --yes', 'do not ask'] as const;
const DRY_RUN = ['-n, --dry-run', 'tell what would happen, and change nothing'] as const;
const ENTRY = [FILE, IMPORT, CACHE, INTERFACE];

/** Commands in the order of the help: files first, then what they declare. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    usage: 'validate <file...>',
    summary: 'check declaration files; opens nothing',
    options: [IMPORT],
    examples: [
      'inversify-cache validate config/*.yml',
      'inversify-cache validate cache.yml --json | jq .issues',
    ],
    load: async () => (await import('./declarations/validate.js')).validateCommand,
  },
  {
    usage: 'list [file]',
    summary: 'list what a file declares',
    options: [FILE, IMPORT],
    examples: ['inversify-cache list cache.yml'],
    load: async () => (await import('./declarations/list.js')).listCommand,
  },
  {
    usage: 'schema',
    summary: 'print the JSON Schema of declarations, for editors',
    examples: ['inversify-cache schema > components.schema.json'],
    load: async () => (await import('./declarations/schema.js')).schemaCommand,
  },
  {
    usage: 'info [class]',
    summary: 'list the classes, or the options of one',
    examples: ['inversify-cache info', 'inversify-cache info RedisCache'],
    load: async () => (await import('./declarations/info.js')).infoCommand,
  },
  {
    usage: 'scaffold <class>',
    summary: 'write a declaration to start from; for Redis also a compose file and a redis.conf',
    options: [
      ['--name <name>', 'name of the entry; default: the default entry'],
      ['-o, --output <folder>', 'folder to write to; default: the YAML to stdout, and nothing else'],
      ['--force', 'overwrite files that exist'],
    ],
    examples: ['inversify-cache scaffold MemoryCache', 'inversify-cache scaffold RedisCache -o deploy'],
    load: async () => (await import('./declarations/scaffold.js')).scaffoldCommand,
  },
  {
    usage: 'deps [file]',
    summary: 'check the packages that the components of a file need',
    options: [FILE, IMPORT],
    examples: ['inversify-cache deps cache.yml'],
    load: async () => (await import('./declarations/deps.js')).depsCommand,
  },
  {
    usage: 'doctor [file]',
    summary: 'look for faults of the servers that a file names, and tell what mends them',
    options: [FILE, IMPORT],
    examples: [
      'inversify-cache doctor cache.yml',
      'inversify-cache doctor --json | jq \'select(.status == "fail")\'',
    ],
    load: async () => (await import('./declarations/doctor/doctor.js')).doctorCommand,
  },
  {
    usage: 'run <file>',
    summary: 'run a file of tasks',
    options: [
      ['--input <name=value...>', 'inputs of the run'],
      ['--timeout <duration>', 'bound of the whole run; default: 30s'],
    ],
    examples: ['inversify-cache run tasks.yml --input user_id=7'],
    load: async () => (await import('./component/run.js')).runCommand,
  },
  {
    usage: 'get <key>',
    summary: 'print a value; exit 1 when there is none',
    options: ENTRY,
    examples: ['inversify-cache get user:7 -f cache.yml -c Redis', 'inversify-cache get user:7 > value.bin'],
    load: async () => (await import('./component/get.js')).getCommand,
  },
  {
    usage: 'set <key> [value]',
    summary: 'store a value: the argument, or stdin',
    options: [...ENTRY, ['-e, --expire <duration>', 'TTL, such as 5m; default: that of the declaration']],
    examples: [
      'inversify-cache set greeting hello -e 5m -c Redis',
      'inversify-cache set picture -e 1h < a.png',
    ],
    load: async () => (await import('./component/set.js')).setCommand,
  },
  {
    usage: 'delete <key...>',
    summary: 'delete values, and invalidate loads that are running',
    options: ENTRY,
    examples: ['inversify-cache delete user:7 user:8 -c users'],
    load: async () => (await import('./component/delete.js')).deleteCommand,
  },
  {
    usage: 'ttl <key>',
    summary: 'print the remaining life of a value in milliseconds',
    options: ENTRY,
    examples: ['inversify-cache ttl user:7 -c Redis'],
    load: async () => (await import('./component/ttl.js')).ttlCommand,
  },
  {
    usage: 'expire <key> [duration]',
    summary: 'change the TTL of a value; of a typed cache: make it stale',
    options: ENTRY,
    examples: ['inversify-cache expire user:7 5m -c Redis', 'inversify-cache expire user:7 -c users'],
    load: async () => (await import('./component/expire.js')).expireCommand,
  },
  {
    usage: 'keys [pattern]',
    summary: 'list the keys of a cache, one a line',
    options: [...ENTRY, ['--limit <count>', 'stop after that many; default: no limit']],
    examples: ["inversify-cache keys 'user:*' -c Redis", 'inversify-cache keys --json | jq -r .key'],
    load: async () => (await import('./component/keys.js')).keysCommand,
  },
  {
    usage: 'clear [pattern]',
    summary: 'delete all values of a cache, or those that match',
    options: [
      ...ENTRY,
      YES,
      DRY_RUN,
      ['--confirm <name>', 'name of the cache, as the answer to the question'],
    ],
    examples: [
      "inversify-cache clear 'user:*' --dry-run -c Redis",
      'inversify-cache clear -c Redis --confirm Redis',
    ],
    load: async () => (await import('./component/clear.js')).clearCommand,
  },
  {
    usage: 'explain <key>',
    summary: 'tell why a typed cache would miss',
    options: ENTRY,
    examples: ['inversify-cache explain 7 -c users'],
    load: async () => (await import('./component/explain.js')).explainCommand,
  },
];
