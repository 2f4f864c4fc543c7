import { httpManifestWarnings, type HttpManifest } from '@made-open/http-manifest';
import type { Fault } from './builder-input.ts';
import { inputPointer } from './input-pointer.ts';

/** What is allowed and seldom meant; each is acknowledged by its pointer before an installation. */
export function warningsOf(manifest: HttpManifest): Fault[] {
  const { auth = { scheme: 'none' }, learn_more } = manifest;
  const found = httpManifestWarnings(manifest).map(({ pointer, message }) => ({
    pointer: inputPointer(pointer),
    message,
  }));
  return [
    ...found,
    ...(auth.scheme === 'none'
      ? [{ pointer: '/connection/auth', message: 'nothing proves to the API who asks' }]
      : []),
    ...(learn_more === undefined
      ? [{ pointer: '/basics/learn_more', message: 'operators find no page to read before' }]
      : []),
  ];
}
