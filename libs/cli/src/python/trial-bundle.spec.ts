import { isAnswer } from '../platform/answer.ts';
import { trialBundle } from './trial-bundle.ts';

const bundle = JSON.stringify({ entry: 'people.plugin', modules: { people: { source: '' } } });

it('puts a module that calls the method in front of the plugin', () => {
  const made: unknown = JSON.parse(trialBundle(bundle, 'mapToUnifiedModel', [{ name: 'Zoë "Z"' }]));
  if (!isAnswer(made) || !isAnswer(made['modules'])) throw new Error('it is no bundle');
  expect(made['entry']).toBe('made_open_trial');
  expect(Object.keys(made['modules'])).toEqual(['people', 'made_open_trial']);
  expect(JSON.stringify(made['modules'])).toContain('Zoë');
});

it('leaves alone what is no bundle', () => {
  expect(trialBundle('[]', 'testConnection', [])).toBe('[]');
});
