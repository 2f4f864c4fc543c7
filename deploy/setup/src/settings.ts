import { readFileSync } from 'node:fs';
import { SetupError } from './errors.ts';

/** Reads what a command needs of the environment. */
export class Settings {
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  text(name: string): string {
    const value = this.#environment[name];
    if (value === undefined || value === '') throw new SetupError(`${name} is missing`);
    return value;
  }

  optional(name: string): string | undefined {
    const value = this.#environment[name];
    return value === '' ? undefined : value;
  }

  integer(name: string, fallback: number): number {
    const value = Number(this.optional(name) ?? fallback);
    if (Number.isInteger(value) && value > 0) return value;
    throw new SetupError(`${name} must be a whole number above 0`);
  }

  /** No limit where nothing is said. */
  limit(name: string): number | undefined {
    return this.optional(name) === undefined ? undefined : this.integer(name, 0);
  }

  /** Password in the file that a variable names; whoever wrote it may have ended the line. */
  password(name: string): string {
    return readText(this.text(name)).replace(/\r?\n$/u, '');
  }

  file(path: string): string {
    return readText(path);
  }

  /** Content of a file within the folder that a variable names. */
  fileIn(name: string, file: string): string {
    return readText(`${this.text(name)}/${file}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SetupError(`${path} cannot be read`, { cause: error });
  }
}
