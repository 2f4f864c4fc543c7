import { Egress, EgressError, type EgressOptions } from '@made-open/egress';
import { maxManifestBytes } from '@made-open/http-manifest';
import { parseGrant } from '@made-open/manifest';
import { sha256 } from '../bundles/digest.ts';
import { RequestError } from '../errors.ts';

/** How the world is reached, as the operator says it. */
export type Reach = Pick<EgressOptions, 'overrides' | 'proxy' | 'resolve' | 'transport'>;

export interface WantedSource {
  readonly url: string;
  readonly sha256: string;
}

const limits = { totalMs: 20_000, wireBytes: maxManifestBytes, bodyBytes: maxManifestBytes };

/** Fetches manifests, from hosts that the operator allows and nowhere else, and only such as are what was expected. */
export class PluginSource {
  readonly #hosts: ReadonlySet<string>;
  readonly #reach: () => Reach;

  /** None of the hosts: nothing is fetched. */
  constructor(hosts: readonly string[], reach: () => Reach) {
    this.#hosts = new Set(hosts);
    this.#reach = reach;
  }

  async fetch({ url: address, sha256: expected }: WantedSource): Promise<string> {
    const body = await this.#get(this.#checked(address));
    const actual = sha256(body);
    if (actual !== expected)
      throw new RequestError(
        'install.digest',
        422,
        `what is at ${address} has the SHA-256 ${actual}, and not the one that was expected; look at it before you install it`,
        { sha256: actual },
      );
    return body;
  }

  #checked(address: string): URL {
    const url = URL.parse(address);
    if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
      throw new RequestError('install.url', 422, 'url must be https://host/path, without a user');
    if (this.#hosts.has(url.host)) return url;
    throw new RequestError(
      'install.host_not_allowed.forbidden',
      403,
      this.#hosts.size === 0
        ? 'nothing is installed from addresses here; the operator may name hosts in PLUGIN_INSTALL_URLS'
        : `the operator allows ${[...this.#hosts].join(', ')} in PLUGIN_INSTALL_URLS, and not ${url.host}`,
    );
  }

  async #get(url: URL): Promise<string> {
    const grants = [parseGrant(`network:outbound:${url.host}`)];
    const egress = new Egress({ grants, ...this.#reach(), limits });
    try {
      const { status, body } = await egress.request({ url: url.href, redirect: 'error' });
      if (status !== 200)
        throw new RequestError('install.answer', 422, `${url.href} answers ${String(status)}`);
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch (error) {
      throw error instanceof EgressError || error instanceof TypeError
        ? new RequestError('install.fetch', 422, `${url.href} cannot be fetched: ${error.message}`)
        : error;
    } finally {
      egress.close();
    }
  }
}
