import type { Body } from '../http-manifest.ts';
import { FileInBase64 } from '../template/file-value.ts';
import { percentEncode } from '../template/filters.ts';
import { renderPieces, type Scope } from '../template/render-template.ts';
import { renderTree } from '../template/render-tree.ts';
import { fileOf } from './files-of.ts';
import { jsonPieces } from './json-pieces.ts';
import { renderLegacyForm } from './legacy-body.ts';
import { renderLegacyJson } from './legacy-json.ts';
import type { RenderedContent, RenderedPiece } from './rendered-request.ts';
import { renderFields } from './render-fields.ts';
import { renderMultipart } from './render-multipart.ts';
import { setAt } from './set-at.ts';

/** A value that the body holds besides its own: `path` is the name of a field or a dotted path. */
export interface AddedField {
  readonly path: string;
  readonly value: string | number;
}

export function renderBody(
  body: Body | undefined,
  scope: Scope,
  added: readonly AddedField[] = [],
): RenderedContent {
  switch (body?.kind) {
    case 'json':
      return jsonBody(body, scope, added);
    case 'form':
      return formBody(body, scope, added);
    case 'multipart':
      return { content: { multipart: renderMultipart(body, scope, added) } };
    case 'text':
    case 'xml':
      return textBody(body, scope);
    case 'binary':
      return binaryBody(body, scope);
    default:
      return { content: {} };
  }
}

function jsonBody(
  { json, template }: Extract<Body, { kind: 'json' }>,
  scope: Scope,
  added: readonly AddedField[],
): RenderedContent {
  const tree =
    template === undefined ? renderTree(json ?? {}, scope) : renderLegacyJson(template, scope);
  const whole = added.reduce((value, { path, value: text }) => setAt(value, path, text), tree);
  return { contentType: 'application/json', content: contentOf(jsonPieces(whole)) };
}

function formBody(
  { fields, template }: Extract<Body, { kind: 'form' }>,
  scope: Scope,
  added: readonly AddedField[],
): RenderedContent {
  const names = new Set(added.map(({ path }) => path));
  const own =
    template === undefined ? renderFields(fields ?? [], scope) : renderLegacyForm(template, scope);
  const pairs = [
    ...own.filter(([name]) => !names.has(name)),
    ...added.map(({ path, value }) => [path, String(value)] as const),
  ];
  const body = pairs.map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`).join('&');
  return { contentType: 'application/x-www-form-urlencoded', content: { body } };
}

function formEncode(text: string): string {
  return percentEncode(text).replaceAll('%20', '+');
}

function textBody(
  {
    kind,
    template,
    content_type: given,
  }: Extract<Body, { template: string; kind: 'text' | 'xml' }>,
  scope: Scope,
): RenderedContent {
  const pieces = renderPieces(template, scope, kind === 'xml' ? xmlText : (text) => text);
  const usual = kind === 'xml' ? 'application/xml; charset=utf-8' : 'text/plain; charset=utf-8';
  return {
    contentType: given ?? usual,
    content: contentOf(
      pieces.map((piece) => (piece instanceof FileInBase64 ? { fileBase64: piece.fileId } : piece)),
    ),
  };
}

function binaryBody(
  { content_type: given }: Extract<Body, { kind: 'binary' }>,
  scope: Scope,
): RenderedContent {
  const { id, media_type: mediaType } = fileOf(scope);
  return { contentType: given ?? mediaType, content: { bodyFile: id } };
}

function contentOf(pieces: readonly RenderedPiece[]): RenderedContent['content'] {
  return pieces.every(isText) ? { body: pieces.join('') } : { bodyPieces: pieces };
}

function isText(piece: RenderedPiece): piece is string {
  return typeof piece === 'string';
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Characters that XML 1.0 does not have are shown as such. */
function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>"']/gu, (character) => entities[character] ?? '')
    .replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}
