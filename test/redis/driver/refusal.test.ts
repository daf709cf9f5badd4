import { describe, expect, it } from 'vitest';
import { refusalError } from '../../../src/implements/redis/driver/refusal.js';
import { enterState } from '../../support/redis/server/redis-state.js';
import { connection, errorOf, server } from '../../support/redis/stage/connection-rig.js';

const SHA = 'ff967d0ae0e68b4f9e360fa91c54598bc25ad9b6';
const SET = "return redis.call('SET', KEYS[1], 'v')";
const before7 = (text: string): string =>
  `ERR Error running script (call to f_${SHA}): @user_script:1: ${text}`;
const since7 = (text: string): string => `${text} script: ${SHA}, on @user_script:1.`;

describe('Refusals out of scripts', () => {
  it.each([
    [before7("@user_script: 1: -READONLY You can't write against a read only replica. "), 'READONLY'],
    [since7("READONLY You can't write against a read only replica."), 'READONLY'],
    ['READONLY Can not run script with write flag on readonly replica', 'READONLY'],
    [before7("@user_script: 3: -OOM command not allowed when used memory > 'maxmemory'. "), 'OOM'],
    [since7("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [before7('@user_script: 1: -MISCONF Errors writing to the AOF file: No space left'), 'MISCONF'],
    [before7('@user_script: 1: -NOREPLICAS Not enough good replicas to write. '), 'NOREPLICAS'],
    [before7('WRONGTYPE Operation against a key holding the wrong kind of value'), 'WRONGTYPE'],
    [since7('WRONGTYPE Operation against a key holding the wrong kind of value'), 'WRONGTYPE'],
    [
      before7("@user_script: 1: The user executing the script can't run this command or subcommand"),
      'NOPERM',
    ],
    [since7("ERR The user executing the script can't run this command or subcommand"), 'NOPERM'],
    [since7("ERR ACL failure in script: User app has no permissions to run the 'set' command"), 'NOPERM'],
    [
      before7('@user_script: 1: Lua script attempted to execute a command while the cluster is down'),
      'CLUSTERDOWN',
    ],
    [
      since7('ERR Script attempted to execute a write command while the cluster is down and readonly'),
      'CLUSTERDOWN',
    ],
    [since7('ERR Script attempted to access keys that do not hash to the same slot'), 'CROSSSLOT'],
    [since7('ERR Can not execute the command on a stale replica'), 'MASTERDOWN'],
    [before7('user_script:1: READONLY is what the script itself says'), 'ERR'],
    [since7('ERR user_script:1: READONLY is what the script itself says'), 'ERR'],
    ['Unknown error without a code', 'ERR'],
    ['MYCODE of the script', 'MYCODE'],
  ])('the refusal "%s" has the reason %s', (reply, reason) => {
    expect(refusalError(reply)).toMatchObject({ reason, outcome: 'refused' });
    expect(refusalError(reply).message).not.toMatch(/f_ff96|on @user_script/);
  });

  it('a refusal shows the control characters of its server, and passes none on', () => {
    const { message } = refusalError('ERR \u001b[2Jgone\u0007 \u202efar');
    expect(message).toBe('Redis refused: ERR: ERR \\u001b[2Jgone\\u0007 \\u202efar');
    const user = "NOPERM User \u001b[2J has no permissions to run the 'get' command";
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
    expect(refusalError(user).message).not.toMatch(/[\u0000-\u001f]/);
  });

  it.each(['READONLY', 'OOM', 'NOREPLICAS'] as const)(
    'a server in the state %s refuses a command and a script for the same reason',
    async (state) => {
      const redisServer = await server();
      const { redis } = connection({ port: redisServer.port });
      await redis.start();
      const leave = await enterState(redisServer, state);
      const alone = await errorOf(redis.execute(['SET', 'k', 'v'.repeat(100_000)]));
      const inScript = await errorOf(redis.execute(['EVAL', SET, '1', 'k']));
      expect([alone, inScript]).toMatchObject([{ reason: state }, { reason: state }]);
      expect(inScript.message).toBe(alone.message);
      await leave();
    },
  );

  it('a user who lacks a command is told so by a command and by a script', async () => {
    const redisServer = await server({
      users: ['user default on nopass ~* &* +@all', 'user app on >secret ~* resetchannels +@all -set'],
    });
    const { redis } = connection({ port: redisServer.port, username: 'app', password: 'secret' });
    await redis.start();
    const alone = await errorOf(redis.execute(['SET', 'k', 'v']));
    const inScript = await errorOf(redis.execute(['EVAL', SET, '1', 'k']));
    expect([alone, inScript]).toMatchObject([{ reason: 'NOPERM' }, { reason: 'NOPERM' }]);
  });
});
