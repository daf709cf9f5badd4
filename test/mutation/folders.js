/**
 * Folders of `src/implements` that the mutation run works on, each with the tests that must notice a change in it: the
 * beginnings of paths below `test`. A folder has the quickest ones that exercise it, because a mutant starts the servers
 * of its tests anew.
 */
export const FOLDERS = {
  'redis/keys': ['redis/keys/'],
  'redis/options': ['redis/options/', 'redis/link/tls'],
  'redis/driver': [
    'redis/driver/',
    'redis/connection/connection-opening',
    'redis/connection/connection-credentials',
    'redis/link/tls',
    'redis/faults/secrets',
    'redis/faults/connection-unreachable',
  ],
  'redis/health': ['redis/health/', 'redis/connection/connection-opening', 'mutation/connection-laws'],
  'redis/commands': ['redis/commands/', 'redis/connection/connection-steps', 'mutation/connection-laws'],
  'redis/subscriptions': [
    'redis/subscriptions/',
    'redis/faults/connection-outage',
    'mutation/connection-laws',
  ],
  'redis/link': ['redis/link/', 'redis/faults/connection-outage', 'mutation/connection-laws'],
  'redis/topology': ['redis/topology/', 'redis/options/targets', 'redis/connection/connection-contract-rigs'],
  'cache/redis': ['cache/redis/redis-', 'mutation/redis-cache-laws'],
  'typed-cache/loading': [
    'typed-cache/loading/',
    'typed-cache/contract/contract.test',
    'typed-cache/staleness/',
  ],
};
