import type { Category } from '@made-open/http-manifest';

interface CategoryRow {
  /** One of them is needed. */
  readonly needs: readonly string[];
  /** These may come along. */
  readonly may: readonly string[];
}

/** What plugins of a category can do; one table for all targets. */
export const capabilityTable: Readonly<Record<Category, CategoryRow>> = {
  outbound: { needs: ['send_fax', 'get_status'], may: ['cancel_fax', 'webhook'] },
  inbound: { needs: ['webhook', 'list', 'receive_fax', 'list_inbound'], may: [] },
  messaging: {
    needs: ['send_message', 'get_message_status'],
    may: ['send_document', 'webhook', 'list'],
  },
  storage: { needs: ['put', 'get', 'delete'], may: ['list'] },
  auth: { needs: ['authenticate', 'validate_token'], may: [] },
  connector: { needs: ['list'], may: ['webhook'] },
};

export const categories: readonly Category[] = [
  'outbound',
  'inbound',
  'messaging',
  'storage',
  'auth',
  'connector',
];

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
