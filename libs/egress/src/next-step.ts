import { checkUrl, oddCharacters, type Target } from './check-url.ts';
import { EgressError } from './errors.ts';
import type { HopResponse } from './http-transport.ts';

/** One request of a chain of redirects. */
export interface Step {
  readonly target: Target;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

const redirects = new Set([301, 302, 303, 307, 308]);
const keptAcrossOrigins = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);

/** Whether a status asks to go on elsewhere. */
export function isRedirect(status: number): boolean {
  return redirects.has(status);
}

/** The request that a redirect asks for (RFC 9110, 15.4); credentials and bodies stay with their origin. */
export function nextStep(step: Step, response: HopResponse): Step {
  const target = redirectTarget(step.target, response.headers['location'] ?? '');
  if (step.target.scheme === 'https' && target.scheme === 'http')
    throw new EgressError('REDIRECT_DOWNGRADE', 'a redirect leads from https to http');
  const isSameOrigin = target.url.origin === step.target.url.origin;
  const headers = isSameOrigin ? step.headers : publicHeaders(step.headers);
  if (becomesGet(response.status, step.method))
    return { target, method: 'GET', headers: withoutContent(headers), body: undefined };
  if (step.body !== undefined && !isSameOrigin)
    throw new EgressError('REDIRECT_BODY', 'a redirect would send the body to another origin');
  return { ...step, target, headers };
}

/** 303 says so; for 301 and 302 of a POST it is what every client does. */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function publicHeaders(headers: Step['headers']): Step['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => keptAcrossOrigins.has(name)),
  );
}

function withoutContent(headers: Step['headers']): Step['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('content-')),
  );
}

function redirectTarget(from: Target, location: string): Target {
  if (location === '') throw new EgressError('LOCATION', 'a redirect names no place');
  if (oddCharacters.test(location))
    throw new EgressError(
      'LOCATION_CHARS',
      'a redirect names a place with a blank or control character',
    );
  // A whole URL is checked as it was written, a relative one as it resolves.
  if (/^[a-z][a-z0-9+.-]*:/iu.test(location)) return checkUrl(location);
  if (!location.startsWith('//'))
    return checkUrl(URL.parse(location, from.url.href)?.href ?? location);
  return checkUrl(`${from.url.protocol}${location}`);
}
