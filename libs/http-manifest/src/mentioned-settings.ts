import { placedRequests } from './check/placed-requests.ts';
import { pointerTo } from './check/pointer.ts';
import { templateTexts } from './check/template-texts.ts';
import type { HttpManifest } from './http-manifest.ts';
import { parseTemplate } from './template/parse-template.ts';
import { TemplateError } from './template/template-error.ts';
import { variablesOf, type Variable } from './template/template.ts';

type Schema = Readonly<Record<string, unknown>>;

/** A setting that a request names. */
export interface MentionedSetting {
  readonly name: string;
  readonly pointer: string;
  /** The request cannot go without it. */
  readonly isNeeded: boolean;
}

const settingName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/u;

/** What `config_schema` says; where there is none, the settings that requests name are texts. */
export function settingsSchema(manifest: HttpManifest): Schema {
  if (manifest.config_schema !== undefined) return manifest.config_schema;
  const mentioned = mentionedSettings(manifest);
  if (mentioned.length === 0) return {};
  const needed = mentioned.filter(({ isNeeded }) => isNeeded).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      mentioned.map(({ name, isNeeded }) => [
        name,
        { type: 'string', ...(isNeeded ? { minLength: 1 } : {}), maxLength: 2000 },
      ]),
    ),
    required: [...new Set(needed)],
  };
}

/** Every mention of a setting in a request; variables of servers are declared as such. */
export function mentionedSettings(manifest: HttpManifest): MentionedSetting[] {
  const declared = new Set(
    (manifest.servers ?? []).flatMap(({ variables = {} }) => Object.keys(variables)),
  );
  return placedRequests(manifest)
    .flatMap(({ request, pointer, action = '', step }) => [
      ...templateTexts(request, pointer).flatMap(inTemplate),
      ...(request.path_params ?? []).flatMap(({ source = '' }, index) =>
        mention(source.split('.'), pointerTo(pointer, 'path_params', index), true),
      ),
      ...(step === 0 ? idempotencyMentions(manifest, action) : []),
    ])
    .filter(({ name }) => !declared.has(name));
}

function idempotencyMentions({ actions }: HttpManifest, action: string): MentionedSetting[] {
  const text = actions?.[action]?.idempotency?.value;
  if (text === undefined) return [];
  const pointer = pointerTo('/actions', action, 'idempotency', 'value');
  return inTemplate({ text, pointer, mayBeEmpty: false });
}

function inTemplate({
  text,
  pointer,
  mayBeEmpty,
}: {
  readonly text: string;
  readonly pointer: string;
  readonly mayBeEmpty: boolean;
}): MentionedSetting[] {
  return variablesIn(text).flatMap(({ path, isOptional }) =>
    mention(path, pointer, !isOptional && !mayBeEmpty),
  );
}

function mention(
  [first, name = '']: readonly string[],
  pointer: string,
  isNeeded: boolean,
): MentionedSetting[] {
  return first === 'settings' && settingName.test(name) ? [{ name, pointer, isNeeded }] : [];
}

/** One that cannot be read is told of elsewhere. */
function variablesIn(text: string): readonly Variable[] {
  try {
    return variablesOf(parseTemplate(text));
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return [];
  }
}
