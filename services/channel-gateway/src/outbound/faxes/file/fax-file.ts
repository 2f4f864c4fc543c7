import { FaxFileError } from '../errors.ts';
import { textPdf } from './text-pdf.ts';

/** A file as a client sent it. */
export interface GivenFile {
  readonly name: string;
  readonly content: Buffer;
}

export const maxFileBytes = 10 * 1024 * 1024;

const pdfName = /\.pdf$/iu;

/** The PDF that providers get: a PDF as it is, a text set as one; by its content, whatever it calls itself. */
export async function faxFile({ name, content }: GivenFile): Promise<GivenFile> {
  if (content.byteLength === 0)
    throw new FaxFileError('fax.file_empty', 'the file is empty; send a PDF or a text');
  if (isPdf(content)) return { name: pdfName.test(name) ? name : `${name || 'fax'}.pdf`, content };
  const text = textOf(content);
  if (text === undefined)
    throw new FaxFileError(
      'fax.file_unsupported',
      'the file is neither a PDF nor a text in UTF-8; make a PDF of it',
    );
  const stem = name.replace(/\.\w{1,8}$/u, '') || 'fax';
  return { name: `${stem}.pdf`, content: await textPdf(text) };
}

/** Some programs write a few bytes before the header. */
export function isPdf(content: Buffer): boolean {
  return content.subarray(0, 1024).includes('%PDF-');
}

function textOf(content: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return /[^\P{Cc}\t-\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
