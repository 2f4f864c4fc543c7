import type { HttpManifest, RequestTemplate } from '../http-manifest.ts';
import { pointerTo } from './pointer.ts';

/** A request of the document, and what its templates may name. */
export interface PlacedRequest {
  readonly pointer: string;
  readonly request: Partial<RequestTemplate>;
  /** Of the action; undefined for a stream and for what gets a token. */
  readonly action: string | undefined;
  /** How many steps come before it. */
  readonly step: number;
  readonly mayNameCredentials: boolean;
}

/** Every request of a manifest. */
export function placedRequests(manifest: HttpManifest): PlacedRequest[] {
  return [
    ...Object.entries(manifest.actions ?? {}).flatMap(([name, action]) => {
      const pointer = pointerTo('/actions', name);
      const base = { action: name, mayNameCredentials: manifest.legacy === true };
      const own = action.url === undefined ? [] : [{ ...base, pointer, request: action, step: 0 }];
      const steps = (action.steps ?? []).map(({ request }, step) => ({
        ...base,
        pointer: pointerTo(pointer, 'steps', step, 'request'),
        request,
        step,
      }));
      return [...own, ...steps];
    }),
    ...Object.entries(manifest.streams ?? {}).map(([name, { request }]) => ({
      pointer: pointerTo('/streams', name, 'request'),
      request,
      action: undefined,
      step: 0,
      mayNameCredentials: false,
    })),
    ...(manifest.auth?.scheme === 'token_exchange'
      ? [
          {
            pointer: '/auth/request',
            request: manifest.auth.request,
            action: undefined,
            step: 0,
            mayNameCredentials: true,
          },
        ]
      : []),
  ];
}
