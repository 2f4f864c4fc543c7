import { eventLogContract } from '../../test/api/event-log.contract.ts';
import { MemoryEventLog } from './memory-event-log.ts';

describe('MemoryEventLog', () => {
  eventLogContract(() => {
    const log = new MemoryEventLog();
    return {
      log,
      append: (events) => log.append(events),
      forgetBefore: (sequence) => log.forgetBefore(sequence),
    };
  });
});
