import { aPlugin } from '../../test/contracts/plugged.ts';
import { historyAfter } from './activation-history.ts';

describe('historyAfter', () => {
  it.each<[string, string | undefined, string[], string[]]>([
    ['remembers what was active', '2', ['1'], ['1', '2']],
    ['begins with nothing', undefined, [], []],
    ['names none that is active', '2', ['1', '3'], ['1', '2']],
  ])('%s', (_, activeVersion, activatedBefore, expected) => {
    const plugin = aPlugin({ activeVersion, activatedBefore });
    expect(historyAfter(plugin, '3', false)).toEqual(expected);
  });

  it('remembers what was active before the plugin was disabled', () => {
    const plugin = aPlugin({ activeVersion: '2', activatedBefore: ['1'] });
    expect(historyAfter(plugin, undefined, false)).toEqual(['1', '2']);
  });

  it('forgets what was rolled back', () => {
    const plugin = aPlugin({ activeVersion: '3', activatedBefore: ['1', '2'] });
    expect(historyAfter(plugin, '2', true)).toEqual(['1']);
  });

  it('does not grow for ever', () => {
    const activatedBefore = Array.from({ length: 20 }, (_, index) => String(index));
    const history = historyAfter(aPlugin({ activeVersion: 'a', activatedBefore }), 'b', false);
    expect([history.length, history[0], history.at(-1)]).toEqual([20, '1', 'a']);
  });
});
