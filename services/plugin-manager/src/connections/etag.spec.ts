import { aPlugged } from '../../test/contracts/plugged.ts';
import { etagOf, expectedGeneration } from './etag.ts';

describe('expectedGeneration', () => {
  it('reads what etagOf wrote', () => {
    const { connection } = aPlugged({ generation: 17 });
    expect(expectedGeneration(etagOf(connection))).toBe(17);
  });

  it.each([undefined, '*', ' * '])('takes any state for %j', (header) => {
    expect(expectedGeneration(header)).toBeUndefined();
  });

  it.each(['', '17', 'W/"17"', '"17", "18"', '"x"', '"99999999999"'])('refuses %j', (header) => {
    expect(() => expectedGeneration(header)).toThrow(
      expect.objectContaining({ status: 412, code: 'connection.if_match' }),
    );
  });
});
