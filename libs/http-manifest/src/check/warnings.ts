import type { HttpManifestFault } from '../errors.ts';
import type { Action, HttpManifest } from '../http-manifest.ts';
import { unansweredQuestions } from './check-capabilities.ts';
import { pointerTo } from './pointer.ts';

/** What works, and what those who use it should know. */
export function httpManifestWarnings(manifest: HttpManifest): HttpManifestFault[] {
  return [...questionWarnings(manifest), ...statusWarnings(manifest), ...webhookWarnings(manifest)];
}

function questionWarnings(manifest: HttpManifest): HttpManifestFault[] {
  return unansweredQuestions(manifest).map((name) => ({
    pointer: pointerTo('/capabilities', manifest.capabilities.indexOf(name)),
    message: `there is no action "${name}": nobody is asked how things stand`,
  }));
}

function statusWarnings({ actions = {}, webhooks = {} }: HttpManifest): HttpManifestFault[] {
  const { send_fax: send, get_status: ask } = actions;
  if (send === undefined) return [];
  const isTold = Object.values(webhooks).some(({ status }) => status !== undefined);
  const silence = {
    pointer: '/actions',
    message: 'neither get_status nor a webhook tells how a fax stands: it will stay unknown',
  };
  return [
    ...(ask === undefined && !isTold ? [silence] : []),
    ...mapWarnings(ask === undefined ? 'send_fax' : 'get_status', ask ?? send),
  ];
}

function mapWarnings(name: string, { response }: Action): HttpManifestFault[] {
  if (response?.status === undefined || response.status_map !== undefined) return [];
  return [
    {
      pointer: pointerTo('/actions', name, 'response'),
      message: 'there is no status_map: words of the provider that are not ours count as unknown',
    },
  ];
}

function webhookWarnings({ webhooks = {} }: HttpManifest): HttpManifestFault[] {
  return Object.entries(webhooks).flatMap(([name, { verification }]) =>
    verification.scheme === 'none'
      ? [
          {
            pointer: pointerTo('/webhooks', name, 'verification'),
            message: `nothing proves who sends this: ${verification.reason}`,
          },
        ]
      : [],
  );
}
