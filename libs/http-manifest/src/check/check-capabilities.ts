import { nearestName } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { Category, HttpManifest } from '../http-manifest.ts';
import { pointerTo } from './pointer.ts';

/** What a category needs one of. */
export const capabilitiesOf: Readonly<Record<Category, readonly string[]>> = {
  outbound: ['send_fax', 'get_status'],
  inbound: ['receive_fax', 'list_inbound', 'webhook'],
  storage: ['put', 'get', 'delete'],
  auth: ['authenticate', 'validate_token'],
  messaging: ['send_message', 'get_message_status'],
  connector: ['list', 'webhook'],
};

/** What a capability needs: a webhook, a stream, or else an action of its name. */
const needs: Readonly<Record<string, 'webhook' | 'stream' | 'action'>> = {
  send_fax: 'action',
  get_status: 'action',
  cancel_fax: 'action',
  send_message: 'action',
  get_message_status: 'action',
  list_inbound: 'action',
  put: 'action',
  get: 'action',
  delete: 'action',
  authenticate: 'action',
  validate_token: 'action',
  receive_fax: 'webhook',
  webhook: 'webhook',
  list: 'stream',
};

export const knownCapabilities = Object.keys(needs);

/** Whether categories, capabilities and what is described agree. */
export function capabilityFaults(manifest: HttpManifest): HttpManifestFault[] {
  const { categories, capabilities } = manifest;
  return [
    ...categories.flatMap((category, index) =>
      capabilitiesOf[category].some((name) => capabilities.includes(name))
        ? []
        : [
            {
              pointer: pointerTo('/categories', index),
              message: `"${category}" needs one of the capabilities ${capabilitiesOf[category].join(', ')}`,
            },
          ],
    ),
    ...capabilities.flatMap((name, index) => {
      const message = capabilityFault(name, manifest);
      return message === undefined ? [] : [{ pointer: pointerTo('/capabilities', index), message }];
    }),
    ...pollFaults(manifest),
  ];
}

function capabilityFault(
  name: string,
  { actions = {}, webhooks = {}, streams = {} }: HttpManifest,
): string | undefined {
  const need = Object.hasOwn(needs, name) ? needs[name] : undefined;
  if (need === undefined) return unknownCapability(name);
  if (need === 'action') return actionFault(name, actions);
  const entries = Object.keys(need === 'webhook' ? webhooks : streams);
  return entries.length > 0 ? undefined : `"${name}" needs an entry of ${need}s`;
}

function actionFault(
  name: string,
  actions: NonNullable<HttpManifest['actions']>,
): string | undefined {
  return Object.hasOwn(actions, name) || isUnansweredQuestion(name, actions)
    ? undefined
    : `"${name}" needs the action of that name`;
}

/** How things stand may come by a webhook alone: sending works without the question. */
const questions: Readonly<Record<string, string>> = {
  get_status: 'send_fax',
  get_message_status: 'send_message',
};

/** Questions that the capabilities name and no action asks, though what they ask about can be sent. */
export function unansweredQuestions({ capabilities, actions = {} }: HttpManifest): string[] {
  return capabilities.filter(
    (name) => !Object.hasOwn(actions, name) && isUnansweredQuestion(name, actions),
  );
}

function isUnansweredQuestion(
  name: string,
  actions: NonNullable<HttpManifest['actions']>,
): boolean {
  const sends = Object.hasOwn(questions, name) ? questions[name] : undefined;
  return sends !== undefined && Object.hasOwn(actions, sends);
}

function unknownCapability(name: string): string {
  const meant = nearestName(name, knownCapabilities);
  const help =
    meant === undefined
      ? `the capabilities are ${knownCapabilities.join(', ')}`
      : `did you mean "${meant}"?`;
  return `"${name}" is not known; ${help}`;
}

function pollFaults({ actions = {} }: HttpManifest): HttpManifestFault[] {
  return Object.entries(actions).flatMap(([name, { poll }]) => {
    const asked = poll?.action ?? 'get_status';
    if (poll === undefined || Object.hasOwn(actions, asked)) return [];
    const pointer = pointerTo('/actions', name, 'poll');
    return [{ pointer, message: `asks by the action "${asked}", which is not described` }];
  });
}
