import type { HttpManifest } from '../http-manifest.ts';
import { askAboutJob, sendFax } from './fax-functions.ts';

/** What a manifest can do, as the plugin that a sandbox calls; a function is there when the manifest has what it needs. */
export type HttpPlugin = Readonly<Record<string, unknown>> & { readonly id: string };

/** The plugin of a checked manifest. */
export function httpPlugin(manifest: HttpManifest): HttpPlugin {
  const { send_fax: send, get_status: status, cancel_fax: cancel } = manifest.actions ?? {};
  return {
    id: manifest.id,
    ...(send === undefined ? {} : { sendFax: sendFax(manifest, send) }),
    ...(status === undefined ? {} : { getStatus: askAboutJob(manifest, status, 'unknown') }),
    ...(cancel === undefined ? {} : { cancelFax: askAboutJob(manifest, cancel, 'cancelled') }),
  };
}
