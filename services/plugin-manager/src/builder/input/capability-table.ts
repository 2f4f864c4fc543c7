import { capabilitiesOf, type Category } from '@made-open/http-manifest';

/** What may come along in a category beside what it needs one of. */
const companions: Readonly<Record<Category, readonly string[]>> = {
  outbound: ['cancel_fax', 'webhook'],
  inbound: ['list'],
  messaging: ['webhook', 'list'],
  storage: ['list'],
  auth: [],
  connector: [],
};

/** What plugins of a category can do; one table for all targets. */
export function capabilitiesIn(category: Category): readonly string[] {
  return [...capabilitiesOf[category], ...companions[category]];
}

/** What code is written for; an HTTP manifest can do all of the table. */
export const codeCapabilities: readonly string[] = [
  'send_fax',
  'get_status',
  'cancel_fax',
  'webhook',
];

/** Capabilities that are no action of the same name. */
export const withoutAction: ReadonlySet<string> = new Set([
  'webhook',
  'list',
  'receive_fax',
  'list_inbound',
]);
