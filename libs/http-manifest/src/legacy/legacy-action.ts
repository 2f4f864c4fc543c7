import { pointerTo } from '../check/pointer.ts';
import type { Action, Body } from '../http-manifest.ts';
import { methods } from '../schema/request-schema.ts';
import { legacyResponse } from './legacy-response.ts';
import type { Findings } from './report.ts';
import { isFields, textOf, unknownFields, type Fields } from './values.ts';

const known = ['method', 'url', 'headers', 'path_params', 'body', 'response'];

/** One action; undefined for what is none. */
export function legacyAction(
  value: unknown,
  pointer: string,
  findings: Findings,
): Action | undefined {
  if (!isFields(value)) {
    findings.error(pointer, 'must be an object');
    return undefined;
  }
  for (const name of unknownFields(value, known))
    findings.warn(pointerTo(pointer, name), 'is kept in the original, and nothing reads it');
  const url = textOf(value['url']) ?? '';
  if (url === '') findings.error(pointerTo(pointer, 'url'), 'is missing');
  const body = legacyBody(value['body'], pointerTo(pointer, 'body'), findings);
  return {
    method: methodOf(value, pointer, findings),
    url,
    ...pathParams(value, { url, pointer }, findings),
    ...headersOf(value, { body, pointer }, findings),
    ...(body.kind === 'none' ? {} : { body }),
    response: legacyResponse(value['response'], pointerTo(pointer, 'response'), findings),
  };
}

function methodOf(fields: Fields, pointer: string, findings: Findings): string {
  const method = textOf(fields['method'])?.toUpperCase() ?? 'POST';
  if (!methods.some((each) => each === method))
    findings.error(pointerTo(pointer, 'method'), `must be one of ${methods.join(', ')}`);
  return method;
}

function pathParams(
  { path_params: params = [] }: Fields,
  { url, pointer }: { url: string; pointer: string },
  findings: Findings,
): Pick<Action, 'path_params'> {
  const place = pointerTo(pointer, 'path_params');
  if (!Array.isArray(params)) {
    findings.error(place, 'must be a list');
    return {};
  }
  const list = params.flatMap((param: unknown, index) => {
    const name = isFields(param) ? textOf(param['name']) : undefined;
    const source = isFields(param) ? textOf(param['source']) : undefined;
    if (name === undefined || !url.includes(`{${name}}`)) {
      findings.warn(pointerTo(place, index), 'is left out: the URL has no such {name}');
      return [];
    }
    return [{ name, ...(source === undefined ? {} : { source }) }];
  });
  return list.length === 0 ? {} : { path_params: list };
}

/** What HTTP sets by itself is left out, as the boundary of multipart which Faxbot broke. */
function headersOf(
  { headers = {} }: Fields,
  { body, pointer }: { body: Body; pointer: string },
  findings: Findings,
): Pick<Action, 'headers'> {
  const place = pointerTo(pointer, 'headers');
  if (!isFields(headers)) {
    findings.error(place, 'must be an object');
    return {};
  }
  const kept = Object.entries(headers).filter(([name]) => {
    const isOurs =
      /^(?:host|content-length|transfer-encoding|connection)$/iu.test(name) ||
      (body.kind === 'multipart' && /^content-type$/iu.test(name));
    if (isOurs) findings.warn(pointerTo(place, name), 'is left out: HTTP itself sets it');
    return !isOurs;
  });
  return kept.length === 0
    ? {}
    : { headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])) };
}

function legacyBody(value: unknown, pointer: string, findings: Findings): Body {
  if (value === undefined) return { kind: 'none' };
  if (!isFields(value)) {
    findings.error(pointer, 'must be an object, or left out');
    return { kind: 'none' };
  }
  const kind = textOf(value['kind'])?.toLowerCase() ?? 'none';
  const template = typeof value['template'] === 'string' ? value['template'] : '';
  return bodyOf(kind, { template, pointer }, findings);
}

function bodyOf(
  kind: string,
  { template, pointer }: { template: string; pointer: string },
  findings: Findings,
): Body {
  switch (kind) {
    case 'none':
      return { kind };
    case 'json':
    case 'form':
    case 'multipart':
      return { kind, template };
    case 'binary':
      findings.warn(
        pointer,
        'kind "binary", which Faxbot does not know, is taken as the bytes of the file',
      );
      return { kind, file: 'file', content_type: 'application/pdf' };
    default:
      findings.error(
        pointerTo(pointer, 'kind'),
        `${JSON.stringify(kind.slice(0, 40))} is not known; kinds are none, json, form, multipart`,
      );
      return { kind: 'none' };
  }
}
