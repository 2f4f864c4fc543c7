import type { Body, Part } from '../http-manifest.ts';
import { isEmpty } from '../template/filters.ts';
import { renderText, type Scope } from '../template/render-template.ts';
import { renderTree } from '../template/render-tree.ts';
import type { FileValue } from '../template/file-value.ts';
import { fileOf, filesOf } from './files-of.ts';
import { jsonPieces } from './json-pieces.ts';
import { renderLegacyParts } from './legacy-body.ts';
import type { AddedField } from './render-body.ts';
import { RenderError } from './render-error.ts';
import type { RenderedPart } from './rendered-request.ts';
import { valuesOf } from './render-fields.ts';
import { setAt } from './set-at.ts';

/** The parts in their order; a file is named by its handle, under any name. */
export function renderMultipart(
  { parts, template }: Extract<Body, { kind: 'multipart' }>,
  scope: Scope,
  added: readonly AddedField[],
): readonly RenderedPart[] {
  const rendered =
    template === undefined
      ? (parts ?? []).flatMap((part) => renderPart(part, scope, added))
      : renderLegacyParts(template, scope).map((part) =>
          'fileName' in part ? filePart(part.fileName, fileOf(scope), {}) : part,
        );
  const missing = added.filter(
    ({ path }) => !rendered.some(({ name }) => name === path.split('.', 1)[0]),
  );
  return [...rendered, ...missing.map(({ path, value }) => ({ name: path, value: String(value) }))];
}

function renderPart(
  part: Part,
  scope: Scope,
  added: readonly AddedField[],
): readonly RenderedPart[] {
  const { name, value } = part;
  if (part.file !== undefined) return fileParts(part, scope);
  const own = added.find(({ path }) => path === name);
  if (own !== undefined) return [{ name, value: String(own.value) }];
  if (typeof value === 'string') {
    const repeatable = {
      value,
      isRepeated: part.repeat === true,
      isOmitted: part.omit_empty === true,
    };
    return valuesOf(repeatable, scope).map((text) => ({ name, value: text, ...typed(part) }));
  }
  return [jsonPart(part, scope, added)];
}

function jsonPart(part: Part, scope: Scope, added: readonly AddedField[]): RenderedPart {
  const inside = added.filter(({ path }) => path.startsWith(`${part.name}.`));
  const tree = inside.reduce(
    (value, { path, value: text }) => setAt(value, path.slice(part.name.length + 1), text),
    renderTree(part.value ?? null, scope),
  );
  const [text = '', ...others] = jsonPieces(tree);
  if (typeof text !== 'string' || others.length > 0)
    throw new RenderError(
      'http_manifest.render',
      `the part "${part.name}" holds a file in base64; write "file" instead, which sends its bytes`,
    );
  const isJson = typeof part.value === 'object';
  return {
    name: part.name,
    value: text,
    ...(isJson ? { contentType: 'application/json' } : {}),
    ...typed(part),
  };
}

function fileParts(part: Part, scope: Scope): readonly RenderedPart[] {
  const files = filesOf(scope, part.file ?? 'file');
  if (files.length === 0 && part.omit_empty !== true)
    if (part.file === 'file')
      throw new RenderError('http.file_unavailable', 'there is no file to send');
  return files.map((file) => {
    const filename =
      part.filename === undefined ? undefined : renderText(part.filename, { ...scope, file });
    return filePart(part.name, file, { filename, contentType: part.content_type });
  });
}

function filePart(
  name: string,
  file: FileValue,
  given: { readonly filename?: string | undefined; readonly contentType?: string | undefined },
): RenderedPart {
  return {
    name,
    file: file.id,
    filename: isEmpty(given.filename) ? file.name : given.filename,
    contentType: given.contentType ?? file.media_type,
  };
}

function typed({ content_type: contentType }: Part): { readonly contentType?: string } {
  return contentType === undefined ? {} : { contentType };
}
