/** Number of slots of a cluster. */
export const SLOTS = 16_384;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0);
  return crc;
});

/**
 * Slot of a key: CRC16 (XMODEM) of its hash tag, or of the whole key if it has none.
 *
 * @see https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export function slotOf(key: string | Uint8Array): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key;
  const tag = hashTag(bytes) ?? bytes;
  let crc = 0;
  for (const byte of tag) crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] as number)) & 0xffff;
  return crc % SLOTS;
}

/** Hash tag of a key: the bytes between the first `{` and the first `}` after it; `undefined` when there are none. */
export function hashTag(key: Uint8Array): Uint8Array | undefined {
  const open = key.indexOf(0x7b);
  if (open === -1) return undefined;
  const close = key.indexOf(0x7d, open + 1);
  return close > open + 1 ? key.subarray(open + 1, close) : undefined;
}

/** One short text without braces per slot; computed on first use. */
let slotTexts: readonly string[] | undefined;

/** Text without braces that maps to a slot. */
export function textOfSlot(slot: number): string {
  slotTexts ??= findSlotTexts();
  return slotTexts[slot] as string;
}

function findSlotTexts(): string[] {
  const texts: string[] = [];
  let missing = SLOTS;
  for (let number = 0; missing > 0; number++) {
    const text = number.toString(36);
    const slot = slotOf(text);
    if (texts[slot] !== undefined) continue;
    texts[slot] = text;
    missing--;
  }
  return texts;
}
