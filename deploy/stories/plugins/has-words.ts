import type { OperatorPlugin } from '@made-open/plugin-sdk';

export const plugin: OperatorPlugin = {
  id: 'com.example.words',
  operators: {
    hasWords: {
      description: 'has at least so many words',
      evaluate: (fact, value) =>
        typeof fact === 'string' && fact.trim().split(/\s+/u).length >= Number(value),
    },
  },
};
