import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { medians, table } from '../rounds.js';
import { type Fate, measureFidelity } from './fidelity.js';
import { ATTACKS, measureAttack, type Outcome } from './hostile.js';
import { measureHit, measureSpeed, type Speed } from './speed.js';
import { NAMES, type SubjectName } from './subjects.js';
import { VALUES } from './values.js';

const ROUNDS = 3;
const HEAP_MIB = 512;
const TIMEOUT_MS = 30_000;
const HIT_KINDS = ['user', 'page', 'page with dates', 'order', 'image', 'numbers'];
/** Subjects that one of our codecs is compared with: they represent the same values, in the same format. */
const OURS = {
  'ours, json': ['devalue', 'superjson'],
  'ours, msgpack': ['msgpackr, bridged', '@msgpack, bridged'],
} as const;

/** Our codecs against maintained libraries: speed, size, whole hits, decoded values, and bytes of an attacker. */
export async function codecs(part?: string, kind?: string): Promise<void> {
  const some = (kinds: readonly string[]) => kinds.filter((one) => kind === undefined || one === kind);
  const parts: Readonly<Record<string, () => Promise<void> | void>> = {
    async speed() {
      for (const one of some(Object.keys(VALUES))) await speedOf(one);
    },
    async hits() {
      for (const one of some(HIT_KINDS)) await hitsOf(one);
    },
    fidelity,
    hostile,
  };
  for (const [name, run] of Object.entries(parts)) if (part === undefined || part === name) await run();
}

async function speedOf(kind: string): Promise<void> {
  const found = new Map<SubjectName, Speed>();
  const encode = new Map<SubjectName, number[]>();
  const ways = Object.fromEntries(
    NAMES.map((name) => [
      name,
      () => {
        const speed = inChild<Speed>(['speed', name, kind]);
        if (speed === undefined) return Number.NaN;
        found.set(name, speed);
        encode.set(name, [...(encode.get(name) ?? []), speed.encodeNs]);
        return speed.decodeNs;
      },
    ]),
  );
  const decodeNs = (await medians(ways, ROUNDS)) as Record<SubjectName, number>;
  const encodeNs = (name: SubjectName): number => middle(encode.get(name)?.slice(1) ?? []);
  const ratio = (name: SubjectName, of: (name: SubjectName) => number): string =>
    ['ours, json', 'ours, msgpack']
      .map((ours) => (of(name) / of(ours as SubjectName)).toFixed(2))
      .join(' · ');
  table([
    [
      kind,
      'encode ns',
      'decode ns',
      'bytes',
      'encode over ours: json · msgpack',
      'decode over ours',
      'comes back',
    ],
    ...NAMES.map((name) => {
      const speed = found.get(name);
      if (speed === undefined) return [name, '', '', '', '', '', 'refused'];
      return [
        name,
        encodeNs(name).toFixed(0),
        decodeNs[name].toFixed(0),
        speed.bytes,
        ratio(name, encodeNs),
        ratio(name, (other) => decodeNs[other]),
        speed.same ? 'same' : 'CHANGED',
      ];
    }),
  ]);
  console.log();
}

async function hitsOf(kind: string): Promise<void> {
  const ways = Object.fromEntries(
    NAMES.map((name) => [name, () => inChild<number>(['hit', name, kind]) ?? Number.NaN]),
  );
  const ns = (await medians(ways, ROUNDS)) as Record<SubjectName, number>;
  table([
    [`getOrSet hit, ${kind}`, 'thousand calls/CPU s', 'CPU over ours: json · msgpack'],
    ...NAMES.map((name) => [
      name,
      Number.isNaN(ns[name]) ? 'refused' : (1e6 / ns[name]).toFixed(0),
      `${(ns[name] / ns['ours, json']).toFixed(2)} · ${(ns[name] / ns['ours, msgpack']).toFixed(2)}`,
    ]),
  ]);
  for (const [ours, peers] of Object.entries(OURS)) {
    const rest = peers.filter((name) => !Number.isNaN(ns[name]));
    const best = rest.reduce((a, b) => (ns[a] < ns[b] ? a : b));
    console.log(`${ours}: ${(ns[best] / ns[ours as SubjectName]).toFixed(2)} times the speed of ${best}`);
  }
  console.log();
}

function fidelity(): void {
  const fates = NAMES.map((name) => inChild<Record<string, Fate>>(['fidelity', name]) ?? {});
  const values = Object.keys(fates[0] ?? {});
  table([
    ['what comes back', ...NAMES],
    ...values.map((value) => [value, ...fates.map((some) => some[value] ?? 'DIED')]),
    [
      'neither kept nor refused',
      ...fates.map(
        (some) => values.filter((value) => !['same', 'refused'].includes(some[value] ?? '')).length,
      ),
    ],
  ]);
  console.log();
}

function hostile(): void {
  table([
    [`bytes of an attacker (heap of ${HEAP_MIB} MiB)`, ...NAMES],
    ...Object.keys(ATTACKS).map((attack) => [attack, ...NAMES.map((name) => cell(name, attack))]),
  ]);
}

/** Shows memory and time if they are out of proportion to the input. */
function cell(name: SubjectName, attack: string): string {
  let found: Outcome | undefined;
  try {
    found = inChild<Outcome>(['attack', name, attack]);
  } catch {
    return 'DIED';
  }
  if (found === undefined) return '';
  const { outcome, mib, ms } = found;
  return [outcome, mib > 32 ? `${mib.toFixed(0)} MiB` : '', ms > 200 ? `${ms.toFixed(0)} ms` : '']
    .filter((part) => part !== '')
    .join(', ');
}

/** @throws {Error} when the process dies or times out. */
function inChild<Measured>(args: readonly string[]): Measured | undefined {
  const main = fileURLToPath(new URL('../main.js', import.meta.url));
  const { status, stdout } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MIB}`, main, 'codec', ...args],
    { encoding: 'utf8', timeout: TIMEOUT_MS },
  );
  if (status !== 0) throw new Error(`${args.join(' ')}: the process ended with ${status}`);
  return (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured | undefined) ?? undefined;
}

/** Runs in a child process: prints its measurements. */
export async function codec([what = '', name = '', rest = '']: readonly string[]): Promise<void> {
  const measures: Readonly<Record<string, () => Promise<unknown>>> = {
    speed: () => measureSpeed(name as SubjectName, rest),
    hit: () => measureHit(name as SubjectName, rest).catch(() => undefined),
    fidelity: () => measureFidelity(name as SubjectName),
    attack: () => measureAttack(name as SubjectName, rest),
  };
  console.log(JSON.stringify((await measures[what]?.()) ?? null));
  process.exit();
}

function middle(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN;
}
