/** Call of a process, as it saw it; times are milliseconds of the clock that all processes of the machine share. */
export interface Call {
  readonly node: string;
  readonly kind: 'read' | 'write' | 'delete';
  readonly key: string;
  /** Version that was written, or read; a removal is a version as well. 0: nothing was found. */
  readonly version: number;
  readonly invokedAt: number;
  readonly completedAt: number;
  /** `foreign`: the value of another key or namespace was read. */
  readonly outcome: 'ok' | 'refused' | 'not-sent' | 'unknown' | 'foreign';
}

/** Time in which something was done to the processes, the servers or the network. */
export interface Fault {
  readonly kind: string;
  readonly from: number;
  readonly until: number;
}

/** Reads that one process made while nothing was wrong. */
export interface Share {
  readonly node: string;
  readonly fromCopies: number;
  readonly fromStore: number;
}

export interface History {
  readonly calls: readonly Call[];
  readonly faults: readonly Fault[];
  readonly shares: readonly Share[];
  /** Contents of the store and of each process after the end; 0: nothing. */
  readonly final: readonly {
    readonly key: string;
    readonly store: number;
    readonly nodes: readonly number[];
  }[];
  /** Number of times that each kind of fault was seen to matter. */
  readonly effects: Readonly<Record<string, number>>;
}

/** Bounds that a history is checked by, in milliseconds. */
export interface Bounds {
  readonly stalenessMs: number;
  /** Time that measuring and scheduling may take. */
  readonly slackMs: number;
  /** Maximum duration of a call, except in a process that was suspended. */
  readonly callMs: number;
  /** Time after a fault in which its effects may last. */
  readonly settleMs: number;
  /** Least share of reads from copies while nothing is wrong. */
  readonly hotShare: number;
}

/** Versions from here on belong to the next life of a writer. */
export const VERSIONS_A_LIFE = 1_000_000;
