import { parseTemplate } from '../template/parse-template.ts';
import { render, valueAt, type Scope } from '../template/render-template.ts';
import { isPlaceholder, type Placeholder, type Template } from '../template/template.ts';
import { RenderError } from './render-error.ts';

/**
 * A JSON text with placeholders, as Faxbot has it, parsed before they are filled in: a value stays a value, whatever it
 * holds. Within quotes it is text; without, a number, true, false or null is what it says, and any other text is text.
 */
export function renderLegacyJson(text: string, scope: Scope): unknown {
  const template = parseTemplate(text);
  const mark = freeMark(text);
  const quoted = markPlaceholders(template, mark);
  return fill(parsed(quoted.text), {
    mark,
    isUnquoted: (place) => quoted.unquoted.has(place),
    valueOf: (place) => {
      const placeholder = template.pieces.filter(isPlaceholder)[place];
      return placeholder === undefined ? '' : legacyValue(placeholder, scope);
    },
  });
}

/** Letters that the text does not hold. */
function freeMark(text: string): string {
  let count = 0;
  while (text.includes(`mark${String(count)}x`)) count++;
  return `mark${String(count)}x`;
}

function markPlaceholders(
  { pieces }: Template,
  mark: string,
): { readonly text: string; readonly unquoted: ReadonlySet<number> } {
  const unquoted = new Set<number>();
  const texts: string[] = [];
  let isInText = false;
  let place = 0;
  for (const piece of pieces) {
    if (isPlaceholder(piece)) {
      if (!isInText) unquoted.add(place);
      const name = `${mark}${String(place++)};`;
      texts.push(isInText ? name : `"${name}"`);
    } else {
      texts.push(piece);
      isInText = isInTextBehind(piece, isInText);
    }
  }
  return { text: texts.join(''), unquoted };
}

function isInTextBehind(json: string, wasInText: boolean): boolean {
  let isInText = wasInText;
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (character === '"') isInText = !isInText;
    else if (character === '\\' && isInText) at++;
  }
  return isInText;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new RenderError(
      'http_manifest.render',
      'the body template is no JSON when its placeholders are taken as values',
    );
  }
}

interface Marks {
  readonly mark: string;
  readonly isUnquoted: (place: number) => boolean;
  readonly valueOf: (place: number) => unknown;
}

function fill(value: unknown, marks: Marks): unknown {
  if (typeof value === 'string') return fillText(value, marks);
  if (Array.isArray(value)) return value.map((each) => fill(each, marks));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [textOf(fillText(name, marks)), fill(each, marks)]),
  );
}

function fillText(text: string, { mark, isUnquoted, valueOf }: Marks): unknown {
  if (!text.includes(mark)) return text;
  const [before = '', ...others] = text.split(mark);
  const texts = [before];
  for (const other of others) {
    const end = other.indexOf(';');
    const place = Number(other.slice(0, end));
    if (isUnquoted(place)) return scalar(valueOf(place));
    texts.push(textOf(valueOf(place)), other.slice(end + 1));
  }
  return texts.join('');
}

function legacyValue(placeholder: Placeholder, scope: Scope): unknown {
  if (placeholder.filters.length === 0) return valueAt(scope, placeholder.path) ?? '';
  const template = { text: '', pieces: [placeholder] };
  return render(template, scope, { isLegacy: true });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stood there without quotes. */
function scalar(value: unknown): unknown {
  if (value === '') return null;
  if (typeof value !== 'string' || !/^-?[0-9]|^(?:true|false|null)$/u.test(value.trim()))
    return value;
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === 'object' && read !== null ? value : read;
  } catch {
    return value;
  }
}
