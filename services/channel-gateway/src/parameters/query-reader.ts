import { InvalidParametersError, type ParameterFault } from '../errors.ts';
import type { Parameter } from './parameter.ts';

/** Reads a query string parameter by parameter, and names every fault at once, also parameters that mean nothing. */
export class QueryReader {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #known = new Set<string>();
  readonly #faults: ParameterFault[] = [];

  constructor(query: object) {
    this.#given = new Map<string, unknown>(Object.entries(query));
  }

  /** The parameter's value; of a wrong one its fallback, until `check` refuses the request. */
  read<T>(parameter: Parameter<T>): T {
    const { name, fallback, isRequired } = parameter;
    this.#known.add(name);
    const text = this.#given.get(name);
    if (text === undefined && isRequired !== true) return fallback;
    const value = typeof text === 'string' ? parameter.read(text) : undefined;
    if (value === undefined)
      this.#faults.push({ parameter: name, detail: faultOf(parameter, text) });
    return value ?? fallback;
  }

  /** Throws when anything was wrong; called last. */
  check(): void {
    for (const name of this.#given.keys())
      if (!this.#known.has(name))
        this.#faults.push({
          parameter: name.slice(0, 64),
          detail: `is no parameter of this route; there are ${[...this.#known].join(', ')}`,
        });
    if (this.#faults.length > 0) throw new InvalidParametersError(this.#faults);
  }
}

function faultOf({ rule }: Parameter<unknown>, text: unknown): string {
  if (text === undefined) return 'is missing';
  return typeof text === 'string' ? rule : 'must be given once';
}
