import type { RedisServerOptions } from './redis-server-options.js';

const RIG = { username: 'rig', password: 'rig-secret' };

/** As whom the servers of a rig, and the test, log in to each other; `undefined`: without a word. */
export function loginOf(
  password: string | undefined,
  users: readonly string[] | undefined,
): { readonly username?: string; readonly password: string } | undefined {
  if (users !== undefined) return RIG;
  return password === undefined ? undefined : { password };
}

/** Server options for a login. With users, the rig is one of them: their rules may refuse all other clients. */
export function asLogin(
  password: string | undefined,
  users: readonly string[] | undefined,
): Pick<RedisServerOptions, 'password' | 'users' | 'login'> {
  if (users === undefined) return password === undefined ? {} : { password };
  return { users: [...users, `user ${RIG.username} on >${RIG.password} ~* &* +@all`], login: RIG };
}
