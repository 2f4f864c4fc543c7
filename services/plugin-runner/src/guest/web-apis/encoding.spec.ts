import { TextDecoder as GuestDecoder, TextEncoder as GuestEncoder } from './encoding.ts';

/** Borders of what a byte can mean in UTF-8. */
const edges = [
  0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xe1, 0xed, 0xf0, 0xf4,
  0xf5, 0xff,
];

function* sequences(length: number): Generator<number[]> {
  if (length === 0) {
    yield [];
    return;
  }
  for (const rest of sequences(length - 1)) for (const edge of edges) yield [...rest, edge];
}

describe('TextDecoder', () => {
  it('reads every sequence of border bytes as Node does', () => {
    const differing: string[] = [];
    for (const sequence of sequences(3)) {
      const bytes = Uint8Array.from([...sequence, 0x80, 0x41]);
      if (new GuestDecoder().decode(bytes) !== new TextDecoder().decode(bytes))
        differing.push(sequence.join());
    }
    expect(differing).toEqual([]);
  });

  it('reads a stream cut anywhere, with one mark at its beginning left out', () => {
    const bytes = new TextEncoder().encode('\ufeffaé漢😀\ufeffz');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoder = new GuestDecoder();
      const first = decoder.decode(bytes.subarray(0, cut), { stream: true });
      expect(first + decoder.decode(bytes.subarray(cut))).toBe('aé漢😀\ufeffz');
    }
  });

  it('refuses other encodings by name, and bad bytes when told to', () => {
    expect(() => new GuestDecoder('latin1')).toThrow(/utf-8 only, not "latin1"/u);
    expect(() => new GuestDecoder('UTF8', { fatal: true }).decode(Uint8Array.of(0xff))).toThrow(
      TypeError,
    );
  });
});

describe('TextEncoder', () => {
  it.each(['', 'plain', 'é漢😀', '\ud800x\udc00'])('writes %j as Node does', (text) => {
    expect([...new GuestEncoder().encode(text)]).toEqual([...new TextEncoder().encode(text)]);
  });

  it('writes whole characters only into a given array', () => {
    const target = new Uint8Array(4);
    expect(new GuestEncoder().encodeInto('a漢漢', target)).toEqual({ read: 2, written: 4 });
  });
});
