import { makeCertificate } from '@made-open/testing';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { anHttpManifest } from '../contracts/an-http-manifest.ts';

const host = 'plugins.example.com';

/** A site that has one HTTP manifest, and what plugin-manager needs to reach it on this machine. */
export class PluginSite {
  readonly wanted: { readonly url: string; readonly sha256: string };
  readonly environment: NodeJS.ProcessEnv;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string, text: string) {
    this.#server = server;
    this.#folder = folder;
    const sha256 = createHash('sha256').update(text).digest('hex');
    this.wanted = { url: `https://${host}/site-fax.json`, sha256 };
    const file = join(folder, 'overrides.json');
    this.environment = { EGRESS_OVERRIDES_FILE: file, PLUGIN_INSTALL_URLS: host };
  }

  static async start(): Promise<PluginSite> {
    const { certificate, key } = await makeCertificate(host);
    const text = anHttpManifest({ id: 'site-fax' });
    const server = createServer({ cert: certificate, key }, (_, response) => response.end(text));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const folder = mkdtempSync(join(tmpdir(), 'made-open-site-'));
    const overrides = { [`${host}:443`]: { address: '127.0.0.1', port, ca: certificate } };
    writeFileSync(join(folder, 'overrides.json'), JSON.stringify(overrides));
    return new PluginSite(server, folder, text);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
