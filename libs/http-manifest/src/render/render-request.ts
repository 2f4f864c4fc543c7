import type { HttpManifest, RequestTemplate } from '../http-manifest.ts';
import { renderText, type RenderOptions, type Scope } from '../template/render-template.ts';
import { filesOf } from './files-of.ts';
import { renderBody, type AddedField } from './render-body.ts';
import { withImpliedParameters } from './path-parameters.ts';
import { RenderError } from './render-error.ts';
import type { RenderedRequest } from './rendered-request.ts';
import { renderUrl } from './render-url.ts';

export interface RenderParts {
  readonly manifest: Pick<HttpManifest, 'servers' | 'limits' | 'legacy'>;
  readonly scope: Scope;
  /** Besides those of the request; they win. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: readonly AddedField[];
}

/** What a request of the manifest comes to with these values. Throws TemplateError and RenderError; sends nothing. */
export function renderRequest(template: RequestTemplate, parts: RenderParts): RenderedRequest {
  const { manifest, scope, fields = [] } = parts;
  const url = renderUrl(withImpliedParameters(template), manifest, scope);
  const { contentType, content } = renderBody(template.body, scope, fields);
  const headers = renderHeaders({ ...template.headers, ...parts.headers }, scope, {
    isLegacy: manifest.legacy === true,
  });
  const request = {
    method: template.method.toUpperCase(),
    url,
    headers: withContentType(headers, contentType, content.multipart !== undefined),
    ...content,
  };
  refuseLarge(request, scope, manifest.limits?.max_request_bytes);
  return request;
}

function renderHeaders(
  templates: Readonly<Record<string, string>>,
  scope: Scope,
  options: RenderOptions,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => {
      const value = renderText(template, scope, options);
      if (/[\r\n\0]|[^\t -~\u{80}-\u{ff}]/u.test(value))
        throw new RenderError(
          'http.invalid_header_value',
          `the value of the header "${name}" holds characters that a header cannot have`,
        );
      return [name, value];
    }),
  );
}

/** A form with files has a boundary, so its type is the platform's; elsewhere the manifest's own counts. */
function withContentType(
  headers: Readonly<Record<string, string>>,
  contentType: string | undefined,
  isMultipart: boolean,
): Readonly<Record<string, string>> {
  const own = Object.keys(headers).find((name) => name.toLowerCase() === 'content-type');
  if (isMultipart)
    return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== own));
  return own !== undefined || contentType === undefined
    ? headers
    : { ...headers, 'Content-Type': contentType };
}

/** Known before anything goes out; what is put together of files is counted where that is done. */
function refuseLarge(
  { body = '', bodyFile, multipart = [], bodyPieces = [] }: RenderedRequest,
  scope: Scope,
  most: number | undefined,
): void {
  if (most === undefined) return;
  if (new TextEncoder().encode(body).length > most)
    throw new RenderError(
      'http_manifest.render',
      'the body is longer than limits.max_request_bytes',
    );
  const sent = new Set([
    bodyFile,
    ...multipart.map(({ file }) => file),
    ...bodyPieces.map((piece) => (typeof piece === 'string' ? undefined : piece.fileBase64)),
  ]);
  const bytes = filesOf(scope, 'files')
    .concat(filesOf(scope, 'file'))
    .filter(({ id }) => sent.has(id))
    .map(({ size_bytes: size = 0 }) => size);
  if (Math.max(0, ...bytes) > most)
    throw new RenderError(
      'http.file_too_large',
      'the file is larger than limits.max_request_bytes',
    );
}
