/** What typed text may show as itself in source code; all else is escaped, invisible and direction-changing characters too. */
const plain = /^[ !#-[\]-~]$|^[\p{L}\p{N}\p{Sc}\p{So}\p{Sm}\p{Pd}]$/u;

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string literal of TypeScript and JavaScript. */
export function scriptText(text: string): string {
  return quoted(text, (point) => `\\u{${point.toString(16)}}`);
}

/** A string literal of Python. */
export function pythonText(text: string): string {
  return quoted(text, (point) => `\\U${point.toString(16).padStart(8, '0')}`);
}

function quoted(text: string, beyond: (point: number) => string): string {
  const inside = Array.from(text, (character) => {
    if (plain.test(character)) return character;
    const point = character.codePointAt(0) ?? 0;
    const escape = point > 0xffff ? beyond(point) : `\\u${point.toString(16).padStart(4, '0')}`;
    return short[character] ?? escape;
  });
  return `"${inside.join('')}"`;
}

interface Language {
  readonly text: (text: string) => string;
  readonly words: Readonly<Record<'null' | 'true' | 'false', string>>;
  /** Whether a name may stand without quotes before a colon. */
  readonly bareNames: boolean;
}

const script: Language = {
  text: scriptText,
  words: { null: 'null', true: 'true', false: 'false' },
  bareNames: true,
};
const python: Language = {
  text: pythonText,
  words: { null: 'None', true: 'True', false: 'False' },
  bareNames: false,
};

/** An expression of TypeScript for a JSON value. */
export function scriptValue(value: unknown): string {
  return written(value, script);
}

/** An expression of Python for a JSON value. */
export function pythonValue(value: unknown): string {
  return written(value, python);
}

function written(value: unknown, language: Language): string {
  if (typeof value === 'string') return language.text(value);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean') return language.words[value ? 'true' : 'false'];
  if (Array.isArray(value)) return `[${value.map((each) => written(each, language)).join(', ')}]`;
  return typeof value === 'object' && value !== null
    ? objectOf(value, language)
    : language.words.null;
}

function objectOf(value: object, language: Language): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${nameOf(name, language)}: ${written(member, language)}`);
  if (members.length === 0) return '{}';
  return language.bareNames ? `{ ${members.join(', ')} }` : `{${members.join(', ')}}`;
}

function nameOf(name: string, { bareNames, text }: Language): string {
  // `__proto__: x` would set the prototype; in brackets it is a name like others.
  if (bareNames && name === '__proto__') return `[${text(name)}]`;
  return bareNames && /^[A-Za-z][A-Za-z0-9]*$/u.test(name) ? name : text(name);
}
