// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.

/** A text that must be refused, and every line that the error must have. */
export interface BadDeclaration {
  readonly title: string;
  readonly text: string;
  /** Default: `yaml`. */
  readonly format?: 'yaml' | 'json';
  /** Default: none. */
  readonly env?: Readonly<Record<string, string>>;
  readonly code: string;
  /** `source:line:column path: message (hint)`, one a problem. */
  readonly lines: readonly string[];
}

const DURATION = 'a duration above zero, at most 36500 days, such as 250ms, 30s, 5m, 1.5h or 7d';
const SIZE = 'a size above zero in bytes, such as 4096, 512KiB, 64MiB or 1GiB';
const QUOTE = '(a string that looks like a number or a boolean must be quoted)';

/** Texts that every parser must refuse. */
export const SYNTAX: readonly BadDeclaration[] = [
  {
    title: 'an empty text',
    text: '',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml: expected a list of declarations, got an empty text'],
  },
  {
    title: 'nothing but comments',
    text: '# nothing\n\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml: expected a list of declarations, got an empty text'],
  },
  {
    title: 'a text that is cut off',
    text: '- class: "Probe\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:1: invalid YAML: deficient indentation (close the quotes, as in prefix: "app:")'],
  },
  {
    title: 'a wrong indentation',
    text: '- class: Probe\n   port: 1\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:8: invalid YAML: bad indentation of a mapping entry'],
  },
  {
    title: 'a tab as indentation',
    text: '- class: Probe\n\tport: 1\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:2: invalid YAML: end of the stream or a document separator is expected (indent with spaces; YAML allows no tabs there)',
    ],
  },
  {
    title: 'a value that ends in a colon',
    text: '- class: Probe\n  label: app:\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:13: invalid YAML: bad indentation of a mapping entry (quote the value, as in prefix: "app:")',
    ],
  },
  {
    title: 'a value that begins with @',
    text: '- class: Probe\n  label: @app\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:10: invalid YAML: bad indentation of a mapping entry (quote the value, as in prefix: "app:")',
    ],
  },
  {
    title: 'a value that begins with a back quote',
    text: '- class: Probe\n  label: `app\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:10: invalid YAML: bad indentation of a mapping entry (quote the value, as in prefix: "app:")',
    ],
  },
  {
    title: 'a value that begins with a percent sign',
    text: '- class: Probe\n  label: %app\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:10: invalid YAML: bad indentation of a mapping entry (quote the value, as in prefix: "app:")',
    ],
  },
  {
    title: 'a value with a colon and a space',
    text: '- class: Probe\n  label: a: b\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:11: invalid YAML: bad indentation of a mapping entry (quote the value, as in prefix: "app:")',
    ],
  },
  {
    title: 'a key without a space after its colon',
    text: '- class: Probe\n  label: a\n  mode:b\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      "caches.yml:3:9: invalid YAML: expected ':' after a mapping key (a key is followed by a colon and a space, as in port: 6379)",
    ],
  },
  {
    title: 'a bracket that is not closed',
    text: '- class: Probe\n  entries: [{ interface: IProbe }\n  port: 5\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:3:3: invalid YAML: deficient indentation (close what a bracket or a brace begins, as in entries: [{ interface: ICache }])',
    ],
  },
  {
    title: 'a quote that is not closed',
    text: '- class: Probe\n  label: "app\n  port: 5\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:3:3: invalid YAML: deficient indentation (close the quotes, as in prefix: "app:")'],
  },
  {
    title: 'a key without a space after its colon, below a list in brackets',
    text: '- class: Probe\n  entries: [{ interface: IProbe, name: a }]\n  mode:b\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      "caches.yml:3:9: invalid YAML: expected ':' after a mapping key (a key is followed by a colon and a space, as in port: 6379)",
    ],
  },
  {
    title: 'a backslash in double quotes',
    text: '- class: Probe\n  label: "C:\\x"\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      "caches.yml:2:15: invalid YAML: expected hexadecimal character (in double quotes a backslash begins an escape; use single quotes, as in path: 'C:\\x')",
    ],
  },
  {
    title: 'several documents',
    text: '- class: Probe\n---\n- class: Probe\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:3:1: expected one document, got several'],
  },
  {
    title: 'an explicit tag',
    text: '- class: Probe\n  port: !!int "1"\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:9 [0].port: explicit tags (!) are not supported (a string that begins like this must be quoted)',
    ],
  },
  {
    title: 'a tag that was meant as text',
    text: '- class: Probe\n  password: !hunter2\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:13 [0].password: explicit tags (!) are not supported (a string that begins like this must be quoted)',
    ],
  },
  {
    title: 'an anchor',
    text: '- class: Probe\n  label: &canary a\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:18 [0].label: anchors (&) are not supported (a string that begins like this must be quoted)',
    ],
  },
  {
    title: 'an alias',
    text: '- class: Probe\n  label: &canary a\n  slug: *canary\n',
    code: 'E_CONFIG_SYNTAX',
    lines: [
      'caches.yml:2:18 [0].label: anchors (&) are not supported (a string that begins like this must be quoted)',
      'caches.yml:3:9 [0].slug: aliases (*) are not supported; repeat the value (a string that begins like this must be quoted)',
    ],
  },
  {
    title: 'a merge key',
    text: '- class: Probe\n  <<: {port: 1}\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:3 [0]: merge keys (<<) are not supported; repeat the keys'],
  },
  {
    title: 'a key twice',
    text: '- class: Probe\n  port: 1\n  port: 2\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:3:3 [0].port: duplicate key'],
  },
  {
    title: 'a list as key',
    text: '- class: Probe\n  ? [a]\n  : 1\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:5 [0]: expected a string as the key, got something else'],
  },
  {
    title: 'no key',
    text: '- class: Probe\n  : 1\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:3 [0]: expected a string as the key, got something else'],
  },
  {
    title: 'the key __proto__',
    text: '- class: Probe\n  __proto__: {port: 1}\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:3 [0].__proto__: this key is not allowed'],
  },
  {
    title: 'the key constructor, deep inside',
    text: '- class: Probe\n  extra: {constructor: 1}\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:11 [0].extra.constructor: this key is not allowed'],
  },
  {
    title: 'the key prototype',
    text: '- class: Probe\n  prototype: 1\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:3 [0].prototype: this key is not allowed'],
  },
  {
    title: 'a number that is not finite',
    text: '- class: Probe\n  ratio: .inf\n',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:2:10 [0].ratio: expected a finite number, got Infinity'],
  },
  {
    title: 'a text in JSON without quotes',
    text: '[{"class": Probe}]',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:12: invalid JSON: unexpected character'],
  },
  {
    title: 'a comma too many in JSON',
    text: '[\n  {"class": "Probe"},\n]',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:3:1: invalid JSON: unexpected character'],
  },
  {
    title: 'a comment in JSON',
    text: '// mine\n[]',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:1: invalid JSON: unexpected character'],
  },
  {
    title: 'YAML where JSON is said',
    text: '- class: Probe\n',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:1: invalid JSON: unexpected character'],
  },
  {
    title: 'JSON that is cut off',
    text: '[{"class": "Probe"',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:19: invalid JSON: unexpected end of the text'],
  },
  {
    title: 'a key twice in JSON',
    text: '[{"class": "Probe", "port": 1, "port": 1}]',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:32 [0].port: duplicate key'],
  },
  {
    title: 'the key __proto__ in JSON',
    text: '[{"class": "Probe", "__proto__": {"port": 1}}]',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml:1:21 [0].__proto__: this key is not allowed'],
  },
  {
    title: 'an empty JSON',
    text: '',
    format: 'json',
    code: 'E_CONFIG_SYNTAX',
    lines: ['caches.yml: expected a list of declarations, got an empty text'],
  },
];

/** Documents that are not a list of declarations with a class and entries. */
export const STRUCTURE: readonly BadDeclaration[] = [
  {
    title: 'a map where the list should be',
    text: 'class: Probe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:1: expected a list of declarations, got a map (begin each declaration with "- class:")',
    ],
  },
  {
    title: 'a text where the list should be',
    text: 'Probe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:1: expected a list of declarations, got a string of 5 characters (begin each declaration with "- class:")',
    ],
  },
  {
    title: 'nothing where the list should be',
    text: 'null\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:1: expected a list of declarations, got nothing (begin each declaration with "- class:")',
    ],
  },
  {
    title: 'a declaration that is a text',
    text: '- Probe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:3 [0]: expected a declaration, got a string of 5 characters (write class: and its options)',
    ],
  },
  {
    title: 'a declaration that is nothing',
    text: '-\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:1:1 [0]: expected a declaration, got nothing (write class: and its options)'],
  },
  {
    title: 'no class',
    text: '- port: 1\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:1:3 [0].class: expected the name of a class, got nothing'],
  },
  {
    title: 'a class that is misspelt as a key',
    text: '- clas: Probe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:3 [0].class: expected the name of a class, got nothing (did you mean class instead of clas?)',
    ],
  },
  {
    title: 'a class that is a number',
    text: '- class: 7\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:1:10 [0].class: expected the name of a class, got 7'],
  },
  {
    title: 'a class that is nothing',
    text: '- class:\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:1:3 [0].class: expected the name of a class, got nothing'],
  },
  {
    title: 'a class that does not exist',
    text: '- class: Nothing\n',
    code: 'E_CLASS_UNKNOWN',
    lines: [
      'caches.yml:1:10 [0].class: expected a class, got "Nothing" (built-in classes: Probe; name your own as ./file.mjs#Export)',
    ],
  },
  {
    title: 'a class that is misspelt',
    text: '- class: Porbe\n',
    code: 'E_CLASS_UNKNOWN',
    lines: ['caches.yml:1:10 [0].class: expected a class, got "Porbe" (did you mean Probe?)'],
  },
  {
    title: 'a class in another case',
    text: '- class: probe\n',
    code: 'E_CLASS_UNKNOWN',
    lines: ['caches.yml:1:10 [0].class: expected a class, got "probe" (did you mean Probe?)'],
  },
  {
    title: 'a class from the environment',
    text: '- class: ${env.CLASS}\n',
    env: { CLASS: 'Probe' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:1:10 [0].class: expected a literal name, got one with ${ (class and entries cannot use environment variables)',
    ],
  },
  {
    title: 'entries that are a map',
    text: '- class: Probe\n  entries:\n    interface: IProbe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:3:5 [0].entries: expected a list of entries, got a map (begin each entry with "- interface:")',
    ],
  },
  {
    title: 'entries that are nothing',
    text: '- class: Probe\n  entries:\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:3 [0].entries: expected a list of entries, got nothing (begin each entry with "- interface:")',
    ],
  },
  {
    title: 'an entry that is a text',
    text: '- class: Probe\n  entries: [IProbe]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:13 [0].entries[0]: expected an entry, got "IProbe" (write interface: and, for a named entry, name:)',
    ],
  },
  {
    title: 'an entry without an interface',
    text: '- class: Probe\n  entries: [{name: a}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:13 [0].entries[0].interface: expected the name of an interface, got nothing'],
  },
  {
    title: 'an entry with a misspelt key',
    text: '- class: Probe\n  entries: [{interfaze: IProbe}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:13 [0].entries[0].interface: expected the name of an interface, got nothing (did you mean interface instead of interfaze?)',
      'caches.yml:2:14 [0].entries[0].interfaze: expected interface or name, got interfaze with a string of 6 characters (did you mean interface?)',
    ],
  },
  {
    title: 'an entry with a key too many',
    text: '- class: Probe\n  entries: [{interface: IProbe, port: 1}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:33 [0].entries[0].port: expected interface or name, got port with a number'],
  },
  {
    title: 'an interface that does not exist',
    text: '- class: Probe\n  entries: [{interface: IProbee}]\n',
    code: 'E_INTERFACE_UNKNOWN',
    lines: [
      'caches.yml:2:25 [0].entries[0].interface: expected an interface, got "IProbee" (did you mean IProbe?)',
    ],
  },
  {
    title: 'an interface from the environment',
    text: '- class: Probe\n  entries: [{interface: "${env.I}"}]\n',
    env: { I: 'IProbe' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:25 [0].entries[0].interface: expected a literal name, got one with ${ (class and entries cannot use environment variables)',
    ],
  },
  {
    title: 'a name that is a number',
    text: '- class: Probe\n  entries: [{interface: IProbe, name: 7}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:39 [0].entries[0].name: expected a name, got 7 (a name that looks like a number or a boolean must be quoted)',
    ],
  },
  {
    title: 'a name that is nothing',
    text: '- class: Probe\n  entries: [{interface: IProbe, name: }]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:33 [0].entries[0].name: expected a name, got nothing (omit it for the default entry)',
    ],
  },
  {
    title: 'an entry twice in one declaration',
    text: '- class: Probe\n  entries: [{interface: IProbe}, {interface: IProbe}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:34 [0].entries[1]: duplicate entry IProbe, already declared on line 2 (rename one of them)',
    ],
  },
  {
    title: 'an entry in two declarations',
    text: '- class: Probe\n  entries: [{interface: IProbe, name: a}]\n- class: Probe\n  entries: [{interface: IProbe, name: a}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:4:13 [1].entries[0]: duplicate entry IProbe "a", already declared on line 2 (rename one of them)',
    ],
  },
  {
    title: 'an entry that the site has',
    text: '- class: Probe\n  entries: [{interface: ILoggerSite}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:13 [0].entries[0]: duplicate entry ILoggerSite, already registered in the site (rename one of them)',
    ],
  },
  {
    title: 'an interface that the class does not implement',
    text: '- class: Probe\n  entries: [{interface: IOther}]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:13 [0].entries[0]: expected Probe to implement IOther, got one without other, another',
    ],
  },
];

/** Options that the schema of a class refuses. */
export const OPTIONS: readonly BadDeclaration[] = [
  {
    title: 'an option that does not exist',
    text: '- class: Probe\n  hat: true\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:3 [0].hat: expected an option of Probe, got hat with a boolean (docs/reference/options.md lists the options of each class)',
    ],
  },
  {
    title: 'an option that is misspelt',
    text: '- class: Probe\n  pasword: hunter2\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:3 [0].pasword: expected an option of Probe, got pasword with a string of 7 characters (did you mean password?)',
    ],
  },
  {
    title: 'an option that is misspelt, inside another',
    text: '- class: Probe\n  server: {hots: a, host: b}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:12 [0].server.hots: expected an option of Probe, got hots with a string of 1 character (did you mean host?)',
    ],
  },
  {
    title: 'an option without a space after its colon',
    text: '- class: Probe\n  tls: {password:hunter2}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].tls.<a key of 16 characters>: expected an option of Probe, got <a key of 16 characters> with nothing (options: ca, name)',
    ],
  },
  {
    title: 'a text for a number',
    text: '- class: Probe\n  port: "6379"\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got "6379"'],
  },
  {
    title: 'a number out of range',
    text: '- class: Probe\n  port: 70000\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got 70000'],
  },
  {
    title: 'a number with a fraction',
    text: '- class: Probe\n  port: 1.5\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got 1.5'],
  },
  {
    title: 'a number at an open bound',
    text: '- class: Probe\n  ratio: 1\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:10 [0].ratio: expected a number, above 0 and below 1, got 1'],
  },
  {
    title: 'a text for a boolean',
    text: '- class: Probe\n  enabled: yes\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:12 [0].enabled: expected true or false, got "yes"'],
  },
  {
    title: 'a number for a text',
    text: '- class: Probe\n  label: 7\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:10 [0].label: expected a string, got 7 ${QUOTE}`],
  },
  {
    title: 'a boolean for a text',
    text: '- class: Probe\n  slug: on\n  label: true\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:3:10 [0].label: expected a string, got true ${QUOTE}`],
  },
  {
    title: 'nothing for a text',
    text: '- class: Probe\n  label:\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:3 [0].label: expected a string, got nothing'],
  },
  {
    title: 'a list for a text',
    text: '- class: Probe\n  label: [a, b]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:10 [0].label: expected a string, got a list of 2'],
  },
  {
    title: 'a map for a number',
    text: '- class: Probe\n  port: {a: 1}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a map'],
  },
  {
    title: 'a text that does not match',
    text: '- class: Probe\n  slug: A7\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].slug: expected a string matching ^[a-z]+$, got "A7"'],
  },
  {
    title: 'none of the choices',
    text: '- class: Probe\n  mode: fats\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].mode: expected one of slow, fast, got "fats" (did you mean fast?)'],
  },
  {
    title: 'a duration without a unit',
    text: '- class: Probe\n  wait: 30\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].wait: expected ${DURATION}, got 30 (write 30s or 30ms)`],
  },
  {
    title: 'a duration of zero',
    text: '- class: Probe\n  wait: 0s\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].wait: expected ${DURATION}, got "0s"`],
  },
  {
    title: 'a duration that is too long',
    text: '- class: Probe\n  wait: 36501d\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].wait: expected ${DURATION}, got "36501d"`],
  },
  {
    title: 'a duration in a unit that does not exist',
    text: '- class: Probe\n  wait: 3 weeks\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].wait: expected ${DURATION}, got "3 weeks"`],
  },
  {
    title: 'a duration with a part that does not exist',
    text: '- class: Probe\n  wait: {minute: 1}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:10 [0].wait.minute: expected an option of Probe, got minute with a number (did you mean minutes?)',
    ],
  },
  {
    title: 'a size in a unit that does not exist',
    text: '- class: Probe\n  room: 64MB\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].room: expected ${SIZE}, got "64MB"`],
  },
  {
    title: 'a size of zero',
    text: '- class: Probe\n  room: 0\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].room: expected ${SIZE}, got 0`],
  },
  {
    title: 'a list item of the wrong type',
    text: '- class: Probe\n  tags: [a, 7, ""]\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      `caches.yml:2:13 [0].tags[1]: expected a non-empty string, got 7 ${QUOTE}`,
      'caches.yml:2:16 [0].tags[2]: expected a non-empty string, got ""',
    ],
  },
  {
    title: 'a map for a list',
    text: '- class: Probe\n  tags: {a: b}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:9 [0].tags: expected a list, got a map'],
  },
  {
    title: 'an option that is missing inside another',
    text: '- class: Probe\n  server: {port: 1}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:11 [0].server.host: expected a string, got nothing'],
  },
  {
    title: 'neither of two forms',
    text: '- class: Probe\n  tls: 3\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:8 [0].tls: expected true or false or a map, got 3'],
  },
  {
    title: 'the nearer of two forms, with mistakes',
    text: '- class: Probe\n  tls: {ca: 5, nmae: x}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      `caches.yml:2:13 [0].tls.ca: expected a non-empty string, got 5 ${QUOTE}`,
      'caches.yml:2:16 [0].tls.nmae: expected an option of Probe, got nmae with a string of 1 character (did you mean name?)',
    ],
  },
  {
    title: 'a form that does not exist',
    text: '- class: Probe\n  target: {kind: three, host: a}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:18 [0].target.kind: expected one of one, many, got "three"'],
  },
  {
    title: 'a form with what another form has',
    text: '- class: Probe\n  target: {kind: one, hosts: [a]}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:11 [0].target.host: expected a string, got nothing',
      'caches.yml:2:23 [0].target.hosts: expected an option of Probe, got hosts with a list of 1 (did you mean host?)',
    ],
  },
  {
    title: 'a form with a mistake',
    text: '- class: Probe\n  target: {kind: many, hosts: a}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:31 [0].target.hosts: expected a list, got "a"'],
  },
  {
    title: 'a map of numbers that holds a text',
    text: '- class: Probe\n  extra: {a: 1, b: c}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:20 [0].extra.b: expected a number, got "c"'],
  },
  {
    title: 'options that exclude each other',
    text: '- class: Probe\n  label: same\n  slug: same\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:3:9 [0].slug: label says this already'],
  },
  {
    title: 'a secret of the wrong type',
    text: '- class: Probe\n  password: 123456\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:13 [0].password: expected a string, got a number ${QUOTE}`],
  },
  {
    title: 'a URL that is none',
    text: '- class: Probe\n  url: http://user:hunter2@localhost\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:8 [0].url: expected a URL, got a string of 29 characters'],
  },
  {
    title: 'an empty path',
    text: '- class: Probe\n  certificate: ""\n',
    code: 'E_CONFIG_SCHEMA',
    lines: ['caches.yml:2:16 [0].certificate: expected a non-empty string, got ""'],
  },
  {
    title: 'everything at once',
    text: '- class: Probe\n  port: 0\n  pasword: x\n  wait: 5\n- class: Prob\n- class: Probe\n  entries: [{interface: IProb}]\n  label: ${env.NOWHERE}\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got 0',
      'caches.yml:3:3 [0].pasword: expected an option of Probe, got pasword with a string of 1 character (did you mean password?)',
      `caches.yml:4:9 [0].wait: expected ${DURATION}, got 5 (write 5s or 5ms)`,
      'caches.yml:5:10 [1].class: expected a class, got "Prob" (did you mean Probe?)',
      'caches.yml:7:25 [2].entries[0].interface: expected an interface, got "IProb" (did you mean IProbe?)',
      'caches.yml:8:10 [2].label: environment variable NOWHERE is not set (set it, or write ${env.NOWHERE:-default})',
    ],
  },
];

/** References to missing components, and circular references. */
export const REFERENCES: readonly BadDeclaration[] = [
  {
    title: 'a component that is not declared',
    text: '- class: Probe\n  needs: a\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:10 [0].needs: expected the name of an IProbe component, got "a" (no IProbe is declared)',
    ],
  },
  {
    title: 'a component that is misspelt',
    text: '- {class: Probe, entries: [{interface: IProbe, name: main}]}\n- class: Probe\n  needs: mian\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:3:10 [1].needs: expected the name of an IProbe component, got "mian" (did you mean main?)',
    ],
  },
  {
    title: 'a component of another interface',
    text: '- {class: Probe, entries: [{interface: IProbe, name: a}, {interface: IProbe}]}\n- class: Probe\n  needs: Probe\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:3:10 [1].needs: expected the name of an IProbe component, got "Probe" (available: a, the default entry)',
    ],
  },
  {
    title: 'a reference that is a number',
    text: '- class: Probe\n  needs: 7\n',
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:10 [0].needs: expected the name of an IProbe component, got 7 ${QUOTE}`],
  },
  {
    title: 'a component that needs itself',
    text: '- class: Probe\n  entries: [{interface: IProbe, name: a}]\n  needs: a\n',
    code: 'E_CYCLE',
    lines: ['caches.yml:3:10 [0].needs: circular reference: a -> a'],
  },
  {
    title: 'two components that need each other',
    text: '- class: Probe\n  entries: [{interface: IProbe, name: a}]\n  needs: b\n- class: Probe\n  entries: [{interface: IProbe, name: b}]\n  needs: a\n',
    code: 'E_CYCLE',
    lines: ['caches.yml:3:10 [0].needs: circular reference: a -> b -> a'],
  },
  {
    title: 'a cycle of three, and one that leads to it',
    text: '- {class: Probe, needs: a}\n- {class: Probe, entries: [{interface: IProbe, name: a}], needs: b}\n- {class: Probe, entries: [{interface: IProbe, name: b}], needs: c}\n- {class: Probe, entries: [{interface: IProbe, name: c}], also: a}\n',
    code: 'E_CYCLE',
    lines: ['caches.yml:2:66 [1].needs: circular reference: a -> b -> c -> a'],
  },
];

/** Invalid uses of `${env.…}`. */
export const ENVIRONMENT: readonly BadDeclaration[] = [
  {
    title: 'a variable that is not set',
    text: '- class: Probe\n  label: ${env.NOWHERE}\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: environment variable NOWHERE is not set (set it, or write ${env.NOWHERE:-default})',
    ],
  },
  {
    title: 'a variable that is misspelt',
    text: '- class: Probe\n  label: ${env.REDIS_HSOT}\n',
    env: { REDIS_HOST: 'x' },
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: environment variable REDIS_HSOT is not set (did you mean REDIS_HOST?)',
    ],
  },
  {
    title: 'a variable that every object has',
    text: '- class: Probe\n  label: ${env.toString}\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: environment variable toString is not set (set it, or write ${env.toString:-default})',
    ],
  },
  {
    title: 'two variables that are not set',
    text: '- class: Probe\n  label: ${env.ONE}:${env.TWO}\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: environment variable ONE is not set (set it, or write ${env.ONE:-default})',
      'caches.yml:2:10 [0].label: environment variable TWO is not set (set it, or write ${env.TWO:-default})',
    ],
  },
  {
    title: 'something else in braces',
    text: '- class: Probe\n  label: ${HOME}\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: expected ${env.NAME} or ${env.NAME:-default}, got another form of ${ (write $${ for a literal ${; a default contains no other variable)',
    ],
  },
  {
    title: 'a name that is none',
    text: '- class: Probe\n  label: ${env.A-B}\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: expected ${env.NAME} or ${env.NAME:-default}, got another form of ${ (write $${ for a literal ${; a default contains no other variable)',
    ],
  },
  {
    title: 'braces that are not closed',
    text: '- class: Probe\n  label: ${env.A\n',
    code: 'E_CONFIG_ENV',
    lines: [
      'caches.yml:2:10 [0].label: expected ${env.NAME} or ${env.NAME:-default}, got another form of ${ (write $${ for a literal ${; a default contains no other variable)',
    ],
  },
  {
    title: 'a number that is none',
    text: '- class: Probe\n  port: ${env.PORT}\n',
    env: { PORT: 'hunter2' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a string of 7 characters from ${env.PORT}',
    ],
  },
  {
    title: 'a number that is not decimal',
    text: '- class: Probe\n  port: ${env.PORT}\n',
    env: { PORT: '0x10' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a string of 4 characters from ${env.PORT}',
    ],
  },
  {
    title: 'a number that is out of range',
    text: '- class: Probe\n  port: ${env.PORT}\n',
    env: { PORT: '70000' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a string of 5 characters from ${env.PORT}',
    ],
  },
  {
    title: 'a number that ends in a line break',
    text: '- class: Probe\n  port: ${env.PORT}\n',
    env: { PORT: '6379\n' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a string of 5 characters from ${env.PORT} that ends in a line break',
    ],
  },
  {
    title: 'a secret that ends in a line break',
    text: '- class: Probe\n  password: ${env.SECRET}\n',
    env: { SECRET: 'canary\n' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:13 [0].password: expected text without a line break at its end, got a string of 7 characters from ${env.SECRET} that ends in a line break',
    ],
  },
  {
    title: 'a boolean that is none',
    text: '- class: Probe\n  enabled: ${env.ON}\n',
    env: { ON: 'yep' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:12 [0].enabled: expected true or false, got a string of 3 characters from ${env.ON}',
    ],
  },
  {
    title: 'a choice that is none: what it is near to is not said',
    text: '- class: Probe\n  mode: ${env.MODE}\n',
    env: { MODE: 'fats' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].mode: expected one of slow, fast, got a string of 4 characters from ${env.MODE}',
    ],
  },
  {
    title: 'a number that is put together',
    text: '- class: Probe\n  port: 6${env.PORT}\n',
    env: { PORT: '379' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:9 [0].port: expected a whole number from 1 to 65535, got a string of 4 characters from ${env.PORT}',
    ],
  },
  {
    title: 'a duration without a unit',
    text: '- class: Probe\n  wait: ${env.WAIT}\n',
    env: { WAIT: '30' },
    code: 'E_CONFIG_SCHEMA',
    lines: [`caches.yml:2:9 [0].wait: expected ${DURATION}, got a string of 2 characters from \${env.WAIT}`],
  },
  {
    title: 'a component that is not declared',
    text: '- class: Probe\n  needs: ${env.MAIN}\n',
    env: { MAIN: 'hunter2' },
    code: 'E_CONFIG_SCHEMA',
    lines: [
      'caches.yml:2:10 [0].needs: expected the name of an IProbe component, got a string of 7 characters from ${env.MAIN} (no IProbe is declared)',
    ],
  },
];
