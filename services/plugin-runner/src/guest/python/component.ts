/** The exports of the Python component (libs/plugin-sdk-python/component/wit). */
export interface Component {
  enter(command: string, id: number, text: string, body: string): string;
  pull(maxItems: number, maxSize: number): { readonly text: string; readonly frame: Uint8Array };
}

/** What the glue of the component needs to make an instance. */
export type Instantiate = (
  coreModule: (name: string) => unknown,
  imports: Readonly<Record<string, object>>,
) => Component;

/** Of the sandbox process, for Python alone. */
export interface PythonFunctions {
  readonly instantiate: (TextEncoder: unknown, TextDecoder: unknown) => Instantiate;
  /** Compiled core modules by their file names. */
  readonly modules: Readonly<Record<string, unknown>>;
  /** So many bytes as hexadecimal text. */
  readonly random: (length: number) => string;
  readonly sleep: { applySyncPromise(receiver: undefined, args: readonly [number]): unknown };
  readonly bundle: string;
}
