import type { Body, HttpManifest, RequestTemplate } from '../src/http-manifest.ts';
import { TemplateError } from '../src/template/template-error.ts';
import { RenderError } from '../src/render/render-error.ts';
import { renderRequest, type RenderParts } from '../src/render/render-request.ts';
import type { RenderedRequest } from '../src/render/rendered-request.ts';

export function rendered(
  template: Partial<RequestTemplate>,
  scope: Record<string, unknown> = {},
  manifest: Partial<HttpManifest> = {},
): RenderedRequest {
  const parts: RenderParts = { manifest, scope };
  return renderRequest({ method: 'POST', url: 'https://api.example.com/fax', ...template }, parts);
}

export function bodyOf(body: Body, scope: Record<string, unknown>): string {
  return rendered({ body }, scope).body ?? '';
}

export function failure(work: () => unknown): { code?: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof RenderError || error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
