import { create } from 'fontkit';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
// oxlint-disable-next-line import/no-named-as-default -- its types know no other export
import PDFDocument from 'pdfkit';
import { FaxFileError } from '../errors.ts';
import { textLines } from './text-lines.ts';

/** Latin, Greek, Cyrillic and more; of one width, so that the tables of a text stay tables. */
const fontFile = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf');
const margin = 56;
const fontSize = 11;
const lineGap = 2;
/** Of characters that are named. */
const shown = 5;
/** 50 pages or so. */
const maxCharacters = 200_000;
const maxLines = 3000;

let printable: ReadonlySet<number> | undefined;

/** A text as a PDF of A4 pages; refuses what its font cannot print, which nobody would miss before it is too late. */
export async function textPdf(text: string): Promise<Buffer> {
  const plain = text
    .replace(/^\u{feff}/u, '')
    .replaceAll(/\r\n?/gu, '\n')
    .replaceAll('\t', '    ');
  checkLength('characters', plain.length, maxCharacters);
  checkPrintable(plain);
  const made = new Date(0);
  const document = new PDFDocument({
    size: 'A4',
    margin,
    info: { CreationDate: made, ModDate: made, Producer: 'Made Open' },
  });
  const content = contentOf(document);
  document.font(fontFile).fontSize(fontSize);
  const lines = [...textLines(plain, columnsOf(document))];
  checkLength('lines', lines.length, maxLines);
  setLines(document, lines);
  document.end();
  return content;
}

function checkLength(what: string, length: number, max: number): void {
  if (length <= max) return;
  throw new FaxFileError(
    'fax.file_too_large',
    `a text may have ${String(max)} ${what}, and this one has ${String(length)}; send a PDF instead`,
  );
}

/** All characters are as wide as one. */
function columnsOf(document: PDFKit.PDFDocument): number {
  return Math.floor((document.page.width - 2 * margin) / document.widthOfString('0'));
}

/** Lines that fit: where the library breaks them itself, a long word costs the square of its length. */
function setLines(document: PDFKit.PDFDocument, lines: readonly string[]): void {
  const height = document.currentLineHeight(true) + lineGap;
  const perPage = Math.floor((document.page.height - 2 * margin) / height);
  for (const [index, line] of lines.entries()) {
    const row = index % perPage;
    if (row === 0 && index > 0) document.addPage();
    if (line !== '') document.text(line, margin, margin + row * height, { lineBreak: false });
  }
}

function checkPrintable(text: string): void {
  printable ??= new Set(characterSet());
  const missing = new Set<string>();
  for (const character of text)
    if (character !== '\n' && character !== '\f' && !printable.has(character.codePointAt(0) ?? 0))
      missing.add(character);
  if (missing.size === 0) return;
  const some = [...missing].slice(0, shown).map(nameOf);
  throw new FaxFileError(
    'fax.text_unprintable',
    `the text has characters that cannot be printed here (${some.join(', ')}${missing.size > shown ? ' and more' : ''}); send a PDF instead`,
  );
}

function characterSet(): readonly number[] {
  const font = create(readFileSync(fontFile));
  return 'characterSet' in font ? font.characterSet : [];
}

function nameOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function contentOf(document: PDFKit.PDFDocument): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    document.on('end', () => resolve(Buffer.concat(parts)));
    document.on('error', reject);
  });
}
