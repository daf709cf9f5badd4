import type { RespClient, RespReply } from '../server/resp-client.js';

/** Access of a test to a server that accepts writes. */
export interface MasterDoor {
  readonly port: number;
  readonly client: RespClient;
  /** Opens another connection. */
  connect(): Promise<RespClient>;
}

type Word = string | number | Buffer;

/** The masters of a Redis: one, or those among which a cluster spreads its keys. */
export class RedisMasters {
  readonly #homes = new Map<string, MasterDoor>();

  constructor(readonly doors: readonly MasterDoor[]) {}

  /** Runs a command on the server of a key. */
  async at(key: string | Buffer, ...words: readonly Word[]): Promise<RespReply> {
    const id = Buffer.from(key as string).toString('hex');
    const door = this.#homes.get(id) ?? this.first;
    try {
      return await door.client.command(...words);
    } catch (error) {
      const port = Number(/^MOVED \d+ .*:(\d+)$/.exec((error as Error).message)?.[1]);
      const home = this.doors.find((each) => each.port === port);
      if (home === undefined || home === door) throw error;
      this.#homes.set(id, home);
      return home.client.command(...words);
    }
  }

  /** Runs a command on each, in their order. */
  each(...words: readonly Word[]): Promise<RespReply[]> {
    return Promise.all(this.doors.map(({ client }) => client.command(...words)));
  }

  get first(): MasterDoor {
    return this.doors[0] as MasterDoor;
  }

  close(): void {
    for (const { client } of this.doors) client.close();
  }
}
