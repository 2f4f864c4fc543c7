import type { Command } from 'commander';
import { Api } from './platform/api.ts';
import { readAccount } from './platform/account-file.ts';
import { Terminal, type Streams } from './terminal/terminal.ts';

/** What surrounds a command. */
export interface Surroundings extends Streams {
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
}

/** One call of a command: its terminal, and the platform once it is needed. */
export class Invocation {
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly url: string | undefined;
  #api: Api | undefined;

  constructor(surroundings: Surroundings, command: Command) {
    const { json, url } = command.optsWithGlobals<{ json?: boolean; url?: string }>();
    this.terminal = new Terminal(surroundings, json === true);
    this.env = surroundings.env;
    this.folder = surroundings.folder;
    this.url = url;
  }

  get api(): Api {
    return (this.#api ??= new Api(readAccount(this.env, this.url)));
  }
}

/** Adds its commands to the program. */
export type CommandGroup = (program: Command, surroundings: Surroundings) => void;
