import type { Manifest } from '@made-open/manifest';
import { RequestError } from '../errors.ts';
import { manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import { notActive } from './actual-state.ts';
import type { SlotName } from './provider.ts';

/** Of each slot: what a plugin has to be able to do for it, one of these at least. */
const capabilities: Readonly<Record<SlotName, readonly string[]>> = {
  outbound: ['send_fax', 'send_message'],
  inbound: ['receive_fax', 'list_inbound', 'webhook'],
  storage: ['put', 'get', 'delete'],
  auth: ['authenticate', 'validate_token'],
};

/** Throws unless a version of the plugin runs. */
export function checkReady(plugin: Plugin, reference: Version): void {
  if (plugin.activeVersion !== undefined) return;
  const { message } = notActive(plugin, reference);
  throw new RequestError(
    'plugin.not_active.conflict',
    409,
    `${plugin.id} cannot be enabled: ${message}`,
  );
}

/** Throws unless the plugin can do what the slot is for. */
export function checkSlot(plugin: Plugin, reference: Version, slot: SlotName): void {
  const fault = slotFault(manifestOf(reference), slot);
  if (fault !== undefined)
    throw new RequestError(
      'provider.capability',
      422,
      `${plugin.id} cannot have the slot ${slot}: ${fault}`,
    );
}

/** Of a provider that is to have a slot. */
export function notEnabled(id: string, slot: SlotName): RequestError {
  return new RequestError(
    'provider.not_enabled.conflict',
    409,
    `${id} is not enabled: PUT /plugins/${id}/config with {"enabled":true,"slot":"${slot}"} does both`,
  );
}

function slotFault({ provider, actions = [], webhooks = [] }: Manifest, slot: SlotName) {
  if (provider === undefined) return 'its manifest has no section "provider"';
  if (!provider.slots.includes(slot))
    return `"provider.slots" of its manifest has ${provider.slots.join(', ')}`;
  const can = [...actions.map(({ name }) => name), ...(webhooks.length > 0 ? ['webhook'] : [])];
  const wanted = capabilities[slot];
  return wanted.some((name) => can.includes(name))
    ? undefined
    : `its actions have none of ${wanted.join(', ')}`;
}
