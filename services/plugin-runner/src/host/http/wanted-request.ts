import { readContent, type RequestContent } from './request-content.ts';

/** A request as the sandbox asks for it. */
export interface WantedRequest {
  readonly method: string;
  /** egress says what is wrong with one that is no URL. */
  readonly url: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly content: RequestContent;
  /** In how far egress goes. */
  readonly bounds: RequestBounds;
  readonly maxRequestBytes: number | undefined;
  readonly wantsBytes: boolean;
  /** What the body of a good answer is to be kept as. */
  readonly saveAs: object | undefined;
  /** Of an HTTP manifest, for which the runner proves who asks. */
  readonly auth: unknown;
}

interface RequestBounds {
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
  readonly maxRedirects?: number;
}

type Args = Readonly<Record<string, unknown>>;

/** Reads the arguments of a call of `http`. */
export function readRequest(args: Args): WantedRequest {
  const { url, method, headers, saveAs } = args;
  return {
    url,
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    headers: typeof headers === 'object' && headers !== null ? { ...headers } : {},
    content: readContent(args),
    bounds: boundsOf(args),
    maxRequestBytes: count(args['maxRequestBytes']),
    wantsBytes: args['wantsBytes'] === true,
    saveAs: typeof saveAs === 'object' && saveAs !== null ? saveAs : undefined,
    auth: args['auth'],
  };
}

function boundsOf(args: Args): RequestBounds {
  const timeoutMs = count(args['timeoutMs']);
  const maxResponseBytes = count(args['maxResponseBytes']);
  const maxRedirects = count(args['maxRedirects']);
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
    ...(maxRedirects === undefined ? {} : { maxRedirects: Math.min(maxRedirects, maxHops) }),
  };
}

/** More than anything honest needs. */
const maxHops = 5;

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.trunc(value) : undefined;
}
