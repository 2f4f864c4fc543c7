import { TemplateError } from './template-error.ts';
import type { FilterArgument } from './template.ts';

const words: Readonly<Record<string, FilterArgument>> = { true: true, false: false, null: null };

/** Reads a text from its beginning to its end, each character once. */
export class Scanner {
  readonly #text: string;
  #place = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get place(): number {
    return this.#place;
  }

  get isAtEnd(): boolean {
    return this.#place >= this.#text.length;
  }

  /** Up to the mark, or to the end. */
  until(mark: string): string {
    const at = this.#text.indexOf(mark, this.#place);
    return this.#upTo(at < 0 ? this.#text.length : at);
  }

  skipSpace(): void {
    this.#while(isSpace);
  }

  tryTake(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#place)) return false;
    this.#place += mark.length;
    return true;
  }

  take(mark: string): void {
    if (!this.tryTake(mark)) this.fail(`expected ${mark}`);
  }

  /** Letters, digits, `_` and `-`, not beginning with a digit. */
  name(what: string): string {
    const place = this.#place;
    const name = this.#while(isNameCharacter);
    if (name === '' || isDigit(name)) this.failAt(place, `expected ${what}`);
    return name;
  }

  nameOrNumber(): string {
    const name = this.#while(isNameCharacter);
    if (name === '') this.fail('expected a name behind the dot');
    return name;
  }

  digits(): string {
    const digits = this.#while(isDigit);
    if (digits === '') this.fail('expected a number, the place in a list from 0');
    return digits;
  }

  /** A text in quotes, a number, true, false or null. */
  argument(): FilterArgument {
    const quote = ['"', "'"].find((mark) => this.tryTake(mark));
    if (quote !== undefined) return this.#quoted(quote);
    const place = this.#place;
    const word = this.#while(isWordCharacter);
    if (Object.hasOwn(words, word)) return words[word] ?? null;
    const number = word === '' ? Number.NaN : Number(word);
    if (Number.isFinite(number)) return number;
    return this.failAt(place, 'an argument is a text in quotes, a number, true, false or null');
  }

  fail(reason: string): never {
    return this.failAt(this.#place, reason);
  }

  failAt(place: number, reason: string): never {
    throw new TemplateError(this.#text, place, reason);
  }

  /** `\` takes the next character as it is. */
  #quoted(quote: string): string {
    let value = '';
    while (!this.isAtEnd) {
      if (this.tryTake(quote)) return value;
      this.tryTake('\\');
      value += this.#text.charAt(this.#place++);
    }
    return this.fail(`the text is not closed: write ${quote} behind it`);
  }

  #while(is: (character: string) => boolean): string {
    let end = this.#place;
    while (end < this.#text.length && is(this.#text.charAt(end))) end++;
    return this.#upTo(end);
  }

  #upTo(end: number): string {
    const taken = this.#text.slice(this.#place, end);
    this.#place = end;
    return taken;
  }
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function isDigit(text: string): boolean {
  const first = text.charAt(0);
  return first >= '0' && first <= '9';
}

function isNameCharacter(character: string): boolean {
  return /[\w-]/u.test(character);
}

function isWordCharacter(character: string): boolean {
  return /[\w.+-]/u.test(character);
}
