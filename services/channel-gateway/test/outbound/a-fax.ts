import type { Fax, FaxProgress } from '../../src/outbound/faxes/fax.ts';
import { pollPlanOf } from '../../src/outbound/faxes/poll-plan.ts';
import type { Outbound } from '../../src/outbound/outbound.ts';
import { anOutbound } from './an-outbound.ts';

export function aFax(of: Partial<Outbound> = {}, progress: Partial<FaxProgress> = {}): Fax {
  const file = {
    fileId: 'ab'.repeat(32),
    name: 'a.pdf',
    mimeType: 'application/pdf',
    sizeBytes: 3,
  };
  const outbound = anOutbound({ kind: 'fax', channelType: 'fax', ...of });
  return {
    ...outbound,
    content: { ...outbound.content, body: '', attachments: [file] },
    fax: {
      pluginVersion: '1.0.0',
      status: 'accepted',
      pages: 0,
      canAsk: true,
      canCancel: true,
      plan: pollPlanOf(),
      asked: 0,
      pollUntil: '',
      questionId: '',
      isCancelWanted: false,
      isCancelling: false,
      isTest: false,
      ...progress,
    },
  };
}
