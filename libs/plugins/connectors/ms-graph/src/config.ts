import { field, flag, list } from './json.ts';

/** What a connection may bring. */
export const parts = ['contacts', 'calendar', 'mail', 'files'] as const;

export type Part = (typeof parts)[number];

export interface Config {
  readonly parts: ReadonlySet<Part>;
  /** In lower case; undefined for all. */
  readonly mailFolders: ReadonlySet<string> | undefined;
  readonly hasPhotos: boolean;
  readonly hasAttachments: boolean;
  /** Larger attachments are brought by name alone. */
  readonly attachmentLimitBytes: number;
}

const usualLimitMb = 10;

/** Reads what is optional in the config; `configSchema` has checked it. */
export function readConfig(config: Readonly<Record<string, unknown>>): Config {
  const wanted = list(config, 'sync');
  const chosen = parts.filter((part) => wanted.includes(part));
  const folders = list(config, 'mailFolders').filter((name) => typeof name === 'string');
  const limitMb = field(config, 'attachmentLimitMb');
  return {
    parts: new Set(field(config, 'sync') === undefined ? parts : chosen),
    mailFolders:
      folders.length === 0 ? undefined : new Set(folders.map((name) => name.toLowerCase())),
    hasPhotos: flag(config, 'photos') ?? true,
    hasAttachments: flag(config, 'attachments') ?? true,
    attachmentLimitBytes: (typeof limitMb === 'number' ? limitMb : usualLimitMb) * 1024 * 1024,
  };
}
