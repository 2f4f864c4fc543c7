import { parseOverrides, type Overrides } from '@made-open/egress';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { RulesConfig } from '../config.ts';

/** The way into the world as the operator has it now: outgoing webhooks are rare enough to read the file each time. */
export class Reach {
  readonly #settings: RulesConfig['egress'];

  constructor(settings: RulesConfig['egress']) {
    this.#settings = settings;
  }

  now(): { readonly overrides: Overrides; readonly proxy: string | undefined } {
    const { overridesFile, proxy } = this.#settings;
    return { overrides: overridesFile === undefined ? new Map() : read(overridesFile), proxy };
  }
}

function read(path: string): Overrides {
  const near = (file: string): string => readFileSync(resolve(dirname(path), file), 'utf8');
  return parseOverrides(readFileSync(path, 'utf8'), near);
}
