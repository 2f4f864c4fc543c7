import { answerAt, type Answer } from '../platform/answer.ts';

/** What flags say in place of a description. */
export interface Overrides {
  readonly target?: string;
  readonly language?: string;
  readonly id?: string;
  readonly name?: string;
  readonly pluginVersion?: string;
}

/** An input with what flags say. */
export function overridden(
  input: Answer,
  { target, language, id, name, pluginVersion }: Overrides,
): Answer {
  const basics = answerAt(input, 'basics') ?? {};
  return {
    ...input,
    basics: {
      ...basics,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      ...(pluginVersion === undefined ? {} : { version: pluginVersion }),
    },
    ...(target === undefined ? {} : { target }),
    ...(language === undefined ? {} : { language }),
  };
}
