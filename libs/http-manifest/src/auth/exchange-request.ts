import type { Body, Field, RequestTemplate, TokenExchange } from '../http-manifest.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { render, renderText, type Scope } from '../template/render-template.ts';
import { renderTree } from '../template/render-tree.ts';
import { AuthError } from './auth-error.ts';
import { formText, pathSegment } from './place-value.ts';
import type { TokenRequest } from './token-request.ts';

/** The request of a token exchange; `scope` has `creds` and `settings`. */
export function exchangeRequest({ request }: TokenExchange, scope: Scope): TokenRequest {
  const { method, headers = {}, body } = request;
  const { text, contentType } = bodyOf(body, scope);
  return {
    method: method.toUpperCase(),
    url: urlOf(request, scope),
    headers: {
      Accept: 'application/json',
      ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, renderText(value, scope)]),
      ),
    },
    body: text,
  };
}

function urlOf(
  { url, path_params: params = [], query = [] }: RequestTemplate,
  scope: Scope,
): string {
  const path = params.reduce((text, { name, source = name }) => {
    const value = renderText(`{{ ${source} }}`, scope);
    return text.replaceAll(`{${name}}`, pathSegment(value));
  }, url);
  const pairs = formOf(query, scope);
  if (pairs === '') return path;
  return `${path}${path.includes('?') ? '&' : '?'}${pairs}`;
}

function bodyOf(
  body: Body | undefined,
  scope: Scope,
): { readonly text: string; readonly contentType?: string } {
  switch (body?.kind) {
    case undefined:
    case 'none':
      return { text: '' };
    case 'json':
      return {
        text: JSON.stringify(renderTree(body.json ?? {}, scope)),
        contentType: 'application/json',
      };
    case 'form':
      return {
        text: formOf(body.fields ?? [], scope),
        contentType: 'application/x-www-form-urlencoded',
      };
    default:
      throw new AuthError('http.auth', 'a token is asked for with a form, JSON, or no body at all');
  }
}

function formOf(fields: readonly Field[], scope: Scope): string {
  return fields
    .map(({ name, value }) => {
      const rendered = render(parseTemplate(value), scope);
      return `${formText(name)}=${formText(String(rendered))}`;
    })
    .join('&');
}
