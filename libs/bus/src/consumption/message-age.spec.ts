import { MessageAge } from './message-age.ts';

const minuteMs = 60_000;

describe('MessageAge', () => {
  it.each([0, 10 * minuteMs, -10 * minuteMs])(
    'tells the age of a message when this clock is off by %d ms',
    (offMs) => {
      let serverMs = 1_000_000;
      const age = new MessageAge(() => serverMs + offMs);
      expect(age.of(serverMs)).toBe(0);
      serverMs += 7000;
      expect(age.of(serverMs - 6000)).toBe(6000);
    },
  );

  it('takes the first message for new, since it knows no better', () => {
    expect(new MessageAge(() => 50_000).of(1)).toBe(0);
  });

  it('gets used to a clock that was set forward', () => {
    let nowMs = 1_000_000;
    let serverMs = nowMs;
    const age = new MessageAge(() => nowMs);
    age.of(serverMs);
    nowMs += 10 * minuteMs;
    age.of(serverMs);
    for (const move of [31_000, 31_000]) {
      nowMs += move;
      serverMs += move;
      age.of(serverMs);
    }
    expect(age.of(serverMs)).toBe(0);
  });
});
