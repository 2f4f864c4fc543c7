import { createHash } from 'node:crypto';
import { RequestFaultError } from '../../errors.ts';

/** One part of a form, with all of its content. */
export interface FormPart {
  readonly name: string;
  readonly content: Uint8Array;
  /** Of a file. */
  readonly filename?: string | undefined;
  readonly contentType?: string | undefined;
}

const mediaType = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+( *;[\x20-\x7e]*)?$/u;

/**
 * A form as multipart/form-data (RFC 7578). Its boundary comes of the content, in which it does not occur: the same form has
 * the same bytes whenever it is sent, by which a repetition of it is known.
 */
export function multipart(parts: readonly FormPart[]): { body: Uint8Array; contentType: string } {
  const boundary = boundaryOf(parts);
  const body = Buffer.concat([
    ...parts.flatMap((part) => [headOf(part, boundary), part.content, lineEnd]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

const lineEnd = Buffer.from('\r\n');

function headOf({ name, filename, contentType }: FormPart, boundary: string): Uint8Array {
  const file = filename === undefined ? '' : `; filename="${escaped(filename)}"`;
  const lines = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${escaped(name)}"${file}`,
    ...(contentType === undefined ? [] : [`Content-Type: ${checkedType(contentType)}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/** As browsers do it (html.spec.whatwg.org, multipart/form-data encoding algorithm), and other control characters likewise. */
function escaped(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  return name.replaceAll(/["\x00-\x1f\x7f]/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `%${code}`;
  });
}

function checkedType(contentType: string): string {
  if (mediaType.test(contentType)) return contentType;
  throw new RequestFaultError(
    'http.invalid_header_value',
    'the contentType of a part must be a media type, such as application/pdf',
  );
}

function boundaryOf(parts: readonly FormPart[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of parts) hash.update(`${name}\n`).update(content);
  const digest = hash.digest('hex').slice(0, 40);
  for (let count = 0; ; count++) {
    const boundary = `made-open-${digest}${count === 0 ? '' : `-${String(count)}`}`;
    if (
      !parts.some(({ content }) =>
        Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes(boundary),
      )
    )
      return boundary;
  }
}
