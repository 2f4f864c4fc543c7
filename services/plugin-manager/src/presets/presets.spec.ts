import { runFixtures } from '@made-open/http-manifest';
import { readdirSync, readFileSync } from 'node:fs';
import { build } from '../builder/build.ts';
import { inputOf } from '../builder/input/input-of.ts';
import { manifestOf } from '../builder/input/manifest-of.ts';
import { presetTexts } from './preset-texts.ts';
import { allPresets, presetOf } from './presets.ts';

const folder = new URL('../../../../libs/plugins/providers/', import.meta.url);

describe('presets', () => {
  it('are those of their folder, each with a page of its own', () => {
    const ids = readdirSync(folder).toSorted();
    expect(ids.length).toBeGreaterThanOrEqual(12);
    expect(Object.keys(presetTexts)).toEqual(ids);
    for (const id of ids) {
      const text = readFileSync(new URL(`${id}/manifest.json`, folder), 'utf8');
      expect(presetTexts[id]).toBe(text);
      expect(readFileSync(new URL(`${id}/README.md`, folder), 'utf8')).toContain('# ');
    }
  });

  it.each(allPresets().map((preset) => [preset.id, preset] as const))(
    'fill the wizard without losing anything: %s',
    (id, preset) => {
      expect(manifestOf(inputOf(preset))).toEqual(preset);
      expect(build(inputOf(preset)).id).toBe(id);
    },
  );

  it.each(allPresets().map((preset) => [preset.id, preset] as const))(
    'read answers of the provider as they are documented: %s',
    (_, preset) => {
      expect(runFixtures(preset).filter(({ passed }) => !passed)).toEqual([]);
    },
  );

  it('say which there is not', () => {
    expect(() => presetOf('constructor')).toThrow('there is no preset "constructor"');
  });
});
