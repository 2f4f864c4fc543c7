import { parseGrant } from '@made-open/manifest';
import type { Connection } from '../connections/connection.ts';
import { InvalidItemError } from '../errors.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { addPluginEvent } from './plugin-events.ts';

const connection: Connection = {
  id: 'c1',
  key: 1,
  spaceId: 'default',
  pluginId: 'com.example.a',
  grants: [parseGrant('event:publish:connector.*')],
  generation: 1,
  mappingVersion: 1,
  isDeleted: false,
  isChannel: false,
  channelType: '',
};

function add(payload: string, subject = 'connector.Done'): readonly { subject: string }[] {
  const batches = new EventBatches(new Date(0));
  addPluginEvent(batches, connection, { subject, line: Buffer.from(payload) });
  return batches.messages();
}

describe('an event that a plugin emits', () => {
  it('goes out under the name of its plugin', () => {
    expect(add('{"items":3}').map(({ subject }) => subject)).toEqual([
      'plugin.com_example_a.connector.Done',
    ]);
  });

  it('is refused without the grant', () => {
    expect(() => add('{}', 'data.PersonCreated')).toThrow(InvalidItemError);
  });

  it('is refused when it grows too large as it is written again', () => {
    const numbers = `[${Array.from({ length: 50_000 }, () => '1e20').join(',')}]`;
    expect(numbers.length).toBeLessThan(256 * 1024);
    expect(() => add(numbers)).toThrow('more than 512 KiB as it is published');
  });
});
