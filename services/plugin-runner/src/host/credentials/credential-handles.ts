import { formText, pathSegment } from '@made-open/http-manifest';
import { secretValues } from '@made-open/manifest';
import { randomBytes } from 'node:crypto';
import { RequestFaultError } from '../../errors.ts';
import type { ContentPart, RequestContent } from '../http/request-content.ts';
import type { WantedRequest } from '../http/wanted-request.ts';

type Values = Readonly<Record<string, unknown>>;
type Spell = (value: string) => string;

/** Letters, digits and `_`: neither URL, form nor JSON spells it in another way. */
export const handlePattern = /cred_[0-9a-f]{32}/gu;

/**
 * What a sandbox has in the place of credentials: it may put them where it likes, and only here they become values, within a
 * request that goes to a granted host. New for each sandbox call: none can be kept and be used in another one.
 */
export class CredentialHandles {
  readonly #values = new Map<string, string>();
  /** The config with handles. */
  readonly config: Values;

  constructor(configSchema: Values, config: Values) {
    const secrets = new Set(secretValues(configSchema, config).map(({ field }) => field));
    this.config = Object.fromEntries(
      Object.entries(config).map(([name, value]) => [
        name,
        secrets.has(name) ? this.#handled(value) : value,
      ]),
    );
  }

  /** The request with values, each spelled as its place wants it. Other places than these keep the handle. */
  filled(wanted: WantedRequest): WantedRequest {
    const headers = Object.fromEntries(
      Object.entries(wanted.headers).map(([name, value]) => [name, this.#header(name, value)]),
    );
    const url = typeof wanted.url === 'string' ? this.#url(wanted.url) : wanted.url;
    return { ...wanted, url, headers, content: this.#content(wanted.content, typeOf(wanted)) };
  }

  /** What the handles stand for. */
  get values(): readonly string[] {
    return [...this.#values.values()];
  }

  #handled(value: unknown): unknown {
    if (typeof value === 'string' || typeof value === 'number') {
      if (value === '') return value;
      const handle = `cred_${randomBytes(16).toString('hex')}`;
      this.#values.set(handle, String(value));
      return handle;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => this.#handled(part));
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, this.#handled(part)]),
    );
  }

  #put(text: string, spell: Spell): string {
    return text.replaceAll(handlePattern, (handle) => {
      const value = this.#values.get(handle);
      return value === undefined ? handle : spell(value);
    });
  }

  #holds(text: string): boolean {
    return (text.match(handlePattern) ?? []).some((handle) => this.#values.has(handle));
  }

  #url(url: string): string {
    const [, origin = '', path = '', rest = ''] =
      /^([a-z][a-z0-9+.-]*:[/\\]*[^/\\?#]*)?([^?#]*)(.*)$/isu.exec(url) ?? [];
    if (this.#holds(origin))
      throw new RequestFaultError(
        'http.credential_misplaced',
        'a credential may stand in the path, the query, headers and the body of a request, not in its host',
      );
    return `${origin}${this.#put(path, pathSegment)}${this.#put(rest, encodeURIComponent)}`;
  }

  #header(name: string, value: unknown): unknown {
    if (typeof value !== 'string' || !this.#holds(value)) return value;
    const filled = this.#put(value, asIs);
    // oxlint-disable-next-line no-control-regex -- these end a header or are none of its characters
    if (!/[\x00-\x08\x0a-\x1f\x7f]/u.test(filled)) return filled;
    throw new RequestFaultError(
      'http.invalid_header_value',
      `the credential in the header ${name.toLowerCase()} has a line break or another control character; correct it`,
    );
  }

  #content(content: RequestContent, contentType: string): RequestContent {
    const spell = spellingOf(contentType);
    switch (content.kind) {
      case 'text':
        return { ...content, text: this.#put(content.text, spell) };
      case 'pieces': {
        const { pieces } = content;
        const filled = pieces.map((piece) =>
          typeof piece === 'string' ? this.#put(piece, spell) : piece,
        );
        return { ...content, pieces: filled };
      }
      case 'multipart':
        return { ...content, parts: content.parts.map((part) => this.#part(part)) };
      default:
        return content;
    }
  }

  #part(part: ContentPart): ContentPart {
    if (part.value === undefined) return part;
    return { ...part, value: this.#put(part.value, spellingOf(part.contentType ?? '')) };
  }
}

/** As a header says, or the content of itself. */
function typeOf({ headers, content }: WantedRequest): string {
  const given = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  if (typeof given?.[1] === 'string') return given[1];
  return 'contentType' in content ? (content.contentType ?? '') : '';
}

const asIs: Spell = (value) => value;
const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function spellingOf(contentType: string): Spell {
  if (/^[^;]*json\s*(;|$)/iu.test(contentType))
    return (value) => JSON.stringify(value).slice(1, -1);
  if (/x-www-form-urlencoded/iu.test(contentType)) return formText;
  if (/^[^;]*xml\s*(;|$)/iu.test(contentType))
    return (value) => value.replaceAll(/[&<>"']/gu, (character) => xmlEntities[character] ?? '');
  return asIs;
}
