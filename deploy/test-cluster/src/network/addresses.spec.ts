import { addressesOf, slots } from './addresses.ts';

describe('addresses', () => {
  it('of two clusters have nothing in common', () => {
    const all = Array.from({ length: slots }, (_, slot) => Object.values(addressesOf(slot)));
    expect(new Set(all.flat()).size).toBe(all.flat().length);
  });

  it('have a device name that Linux takes, for both of its ends', () => {
    expect(`${addressesOf(slots - 1).device}-n`.length).toBeLessThan(16);
  });
});
