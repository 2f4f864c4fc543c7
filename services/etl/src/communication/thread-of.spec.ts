import { threadOf, type Correspondence } from './thread-of.ts';

const inbound: Correspondence = {
  direction: 'inbound',
  sender: '+1 555 000 1',
  recipients: ['+15559999'],
  channelType: 'sms',
  connectionType: 'sms',
};
const outbound: Correspondence = {
  ...inbound,
  direction: 'outbound',
  sender: '',
  recipients: ['+15550001'],
};

describe('threadOf', () => {
  it('is the same in both directions of two who talk, whatever is told of our own address', () => {
    const thread = 'sms:+15550001';
    expect(threadOf(inbound)).toBe(thread);
    expect(threadOf({ ...inbound, recipients: [] })).toBe(thread);
    expect(threadOf(outbound)).toBe(thread);
    expect(threadOf({ ...outbound, sender: '+15559999' })).toBe(thread);
    expect(threadOf({ ...outbound, channelType: '' })).toBe(thread);
  });

  it('is of all who talk when they are more, in whatever order they are named', () => {
    const one = threadOf({ ...inbound, sender: 'b@x.org', recipients: ['A@x.org', 'c@x.org'] });
    const other = threadOf({ ...outbound, sender: 'a@x.org', recipients: ['c@x.org', 'b@x.org'] });
    expect(one).toBe('sms:a@x.org,b@x.org,c@x.org');
    expect(other).toBe(one);
  });

  it('takes what an address says of its channel, and nothing that only one direction knows', () => {
    const address = 'whatsapp:+15550001';
    expect(threadOf({ ...outbound, recipients: [address] })).toBe(address);
    expect(threadOf({ ...inbound, channelType: 'whatsapp' })).toBe(address);
    expect(threadOf({ ...inbound, connectionType: '' })).toBe('+15550001');
  });

  it('stays short, and different for each set of addresses', () => {
    const many = Array.from({ length: 60 }, (_, index) => `+155500000${String(index + 10)}`);
    const one = threadOf({ ...inbound, recipients: many });
    expect(one.length).toBeLessThan(100);
    expect(threadOf({ ...inbound, recipients: many.slice(1) })).not.toBe(one);
  });
});
