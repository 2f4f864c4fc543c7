import { formText, pathSegment } from '@made-open/http-manifest';

type Spell = (value: string) => string;

const markup: Spell = (value) =>
  value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const quotes: readonly (readonly [double: string, single: string])[] = [
  ['"', "'"],
  ['&quot;', "'"],
  ['&quot;', '&apos;'],
  ['&quot;', '&#39;'],
  ['&quot;', '&#039;'],
  ['&quot;', '&#x27;'],
  ['&#34;', '&#39;'],
];

/** How others write a value, as it is and within JSON, URLs, forms, XML, HTML and base64. */
export function spellingsOf(value: string): string[] {
  const plain = value.toWellFormed();
  return [
    value,
    ...withinJson(value),
    ...withinUrls(plain),
    ...quotes.map(([double, single]) =>
      markup(value).replaceAll('"', double).replaceAll("'", single),
    ),
    Buffer.from(value).toString('base64'),
    ...[0, 1, 2].flatMap((offset) => base64Within(value, offset)),
  ];
}

/** Some escape slashes, and some whatever is not ASCII. */
function withinJson(value: string): string[] {
  const text = JSON.stringify(value).slice(1, -1);
  const ascii = Array.from({ length: text.length }, (_, at) => asciiUnit(text.charCodeAt(at)));
  return [text, ascii.join('')].flatMap((form) => [form, form.replaceAll('/', String.raw`\/`)]);
}

function asciiUnit(unit: number): string {
  return unit < 0x7f ? String.fromCharCode(unit) : `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** A form has `+` for a blank; escapes are in upper case or in lower case. */
function withinUrls(value: string): string[] {
  const percent = encodeURIComponent(value);
  const form = formText(value);
  return [percent, percent.replaceAll('%20', '+'), form, pathSegment(value)].flatMap((text) => [
    text,
    text.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()),
  ]);
}

/** The characters that stand for the value alone when it begins `offset` bytes behind a border of base64. */
function base64Within(value: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return [
    bytes.toString('base64').slice(start, end),
    bytes.toString('base64url').slice(start, end),
  ];
}
