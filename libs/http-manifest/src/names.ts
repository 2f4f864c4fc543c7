import { pointerTo } from './check/pointer.ts';
import { textsIn } from './check/texts.ts';
import type { HttpManifest } from './http-manifest.ts';
import { settingsSchema } from './mentioned-settings.ts';

/** A mention of a credential. */
export interface PlacedRef {
  readonly name: string;
  readonly pointer: string;
}

const whole = /^creds\.([a-z][a-z0-9_]{0,63})$/u;
const inTemplate = /\{\{\s*creds\.([a-z][a-z0-9_]{0,63})/gu;

/** Settings that a manifest declares, or mentions where it declares none; variables of servers among them. */
export function settingNames(manifest: HttpManifest): Set<string> {
  const { servers = [] } = manifest;
  const properties = settingsSchema(manifest)['properties'];
  return new Set([
    ...(typeof properties === 'object' && properties !== null ? Object.keys(properties) : []),
    ...servers.flatMap(({ variables = {} }) => Object.keys(variables)),
  ]);
}

/** Every mention of a credential in auth, webhooks, path parameters and templates. */
export function credentialRefs({
  auth,
  actions,
  webhooks,
  streams,
}: Pick<HttpManifest, 'auth' | 'actions' | 'webhooks' | 'streams'>): PlacedRef[] {
  const parts = Object.entries({ auth, actions, webhooks, streams });
  return parts
    .flatMap(([key, part]) => textsIn(part, pointerTo('', key)))
    .flatMap(({ pointer, text }) => {
      const name = whole.exec(text)?.[1];
      if (name !== undefined) return [{ pointer, name }];
      return [...text.matchAll(inTemplate)].flatMap((match) =>
        match[1] === undefined ? [] : [{ pointer, name: match[1] }],
      );
    });
}
