import { channelReport, quantile } from './channel-report.ts';
import type { Timeline } from './channel-result.ts';

/** A reply whose steps take one unit each. */
function reply(unitMs: number): Timeline {
  return {
    stored: unitMs,
    dispatched: 2 * unitMs,
    'handled by the channel': 3 * unitMs,
    'told as an event': 4 * unitMs,
    'asked of the operator': 5 * unitMs,
    'decided by the operator': 6 * unitMs,
    'told to send': 7 * unitMs,
    'handed to the channel': 8 * unitMs,
    'at the provider': 9 * unitMs,
  };
}

describe('the report of a channel', () => {
  it('shows each step, the whole, and what a message takes', () => {
    const text = channelReport({
      replies: [reply(10), reply(10), reply(100)],
      inbound: { messages: 100, conversations: 4, wallMs: 2000, cpuMs: { etl: 500, runner: 1000 } },
      cores: 2,
      load: [0.5, 1],
    });
    expect(text).toMatch(/^told as an event +10 +100 +11 %$/mu);
    expect(text).toMatch(/^from request to request +90 +900 +goal 1000$/mu);
    expect(text).toContain('reply ÷ taking the message in: 2.3×');
    expect(text).toContain('taken in: 50.0 messages/s of 4 conversations');
    expect(text).toContain('CPU ms per message: 15.0 (runner 10.0, etl 5.0)');
  });

  it('takes the value that a share does not pass', () => {
    expect(quantile([3, 1, 2, 4], 0.5)).toBe(2);
    expect(quantile([3, 1, 2, 4], 0.95)).toBe(4);
  });
});
