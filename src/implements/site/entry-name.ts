/** An entry for messages: `ICache "Redis"`, or `ICache` for the default one. */
export function entryLabel(interfaceName: string, name: string): string {
  return name === '' ? interfaceName : `${interfaceName} ${JSON.stringify(name)}`;
}

/** An entry as the key of a map. */
export function entryKey(interfaceName: string, name: string): string {
  return `${interfaceName}\n${name}`;
}
